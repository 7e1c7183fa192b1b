// The problem: a trace shows which modules one run of Node.js loaded. It does not show what a function
// requires if an image is a TIFF, what a table of drivers names, or which of an addon's builds Lambda's
// processor takes.
//
// The idea: the text of a kept module says what it can load (js_reader.cpp). Constant names are resolved as
// Node.js does it, by package.json's exports, imports and main. For a name that is put together, every file
// that fits is kept. For a path that begins at the module's own folder, the file or the folder is kept
// (reach_files.cpp). Other constants count if they name a file of the package or an installed package; in the
// function's own code and settings, also if they name one of its dependencies (reach_texts.cpp). An addon
// keeps the files that it opens by name.
//
// Tried and rejected: all files of each used package (a package has its sources, a build for browsers and one
// for each module system, often three times what is loaded); running the modules and observing them (this
// runs foreign code, and again shows only one case).
//
// Why this is right: only a name without any constant part is not followed, and rules can name such files.
// Nothing is excluded except what Node.js cannot load: another platform's addon, or a condition of exports
// that it does not know.

#include "node/reach.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "model/lambda_paths.hpp"
#include "model/text.hpp"
#include "node/reach_names.hpp"

namespace lbundle {

namespace {

// Packages that find an addon beside their caller by naming conventions of their own. Source: their READMEs.
constexpr std::array<std::string_view, 7> addon_finders{"bindings",
                                                        "node-gyp-build",
                                                        "node-gyp-build-optional-packages",
                                                        "@mapbox/node-pre-gyp",
                                                        "@mongodb-js/bindings",
                                                        "node-pre-gyp",
                                                        "pkg-prebuilds"};

bool is_native(const BundlePath& path) {
  return path.extension() == ".node" || path.name().find(".so") != std::string_view::npos;
}

NodeResolver::Kind kind_of(JsFacts::Kind kind) {
  return kind == JsFacts::Kind::required ? NodeResolver::Kind::required : NodeResolver::Kind::imported;
}

// True if Node.js takes it for an ES module. The parser also tries the other kind, as Node.js does for the
// syntax of ES modules.
bool is_module(const BundlePath& path, const NodeResolver& resolver) {
  if (path.extension() != ".js") return path.extension() == ".mjs";
  const auto* description = resolver.description_of(path.parent());
  return description != nullptr && description->value("type", Json()) == "module";
}

// The file that a load by a constant name leads to; nothing for a name with holes, and for a URL.
std::optional<BundlePath> constant_load(const NodeResolver& resolver, const BundlePath& from,
                                        const JsFacts::Load& load) {
  if (!is_without_hole(load.name)) return std::nullopt;
  if (load.name.starts_with(js_folder)) {
    const auto path = placed(load.name, from.parent());
    return path ? resolver.as_module(*path) : std::nullopt;
  }
  if (load.name.starts_with("file://")) return std::nullopt;
  return resolver.resolve(load.name.substr(0, load.name.find('?')), from, kind_of(load.kind));
}

}  // namespace

NodeReach::NodeReach(const StagedTree& tree, int major, std::string processor, ReadSources read_sources,
                     NativeNames native_names, std::vector<std::string> settings)
    : tree_(tree),
      major_(major),
      resolver_(tree.files, major),
      processor_(std::move(processor)),
      read_sources_(std::move(read_sources)),
      native_names_(std::move(native_names)),
      settings_(std::move(settings)),
      dependencies_(read_dependencies(tree.files, resolver_)) {
  for (const auto& [path, node] : tree.files)
    by_file_name_[{tree.distributions.owner_of(path), std::string(path.name())}].push_back(path);
}

std::vector<Reached> NodeReach::reach_from(const std::vector<BundlePath>& kept) {
  found_.clear();
  current_ = {};
  for (const auto& setting : std::exchange(settings_, {}))
    follow_settings(setting, "named in the function's environment");
  read_facts(kept);
  for (const auto& path : kept) {
    current_ = path;
    note_use(path);
    if (is_own_settings(path)) follow_own_settings(path);
    if (const auto facts = facts_.find(path); facts != facts_.end()) follow_module(path, facts->second);
    if (is_native(path)) follow_native(path);
  }
  return std::move(found_);
}

std::optional<BundlePath> NodeReach::module_for(const std::string& name, const BundlePath& from) const {
  return resolver_.resolve(name, from, NodeResolver::Kind::required);
}

std::vector<BrokenLoad> NodeReach::broken_in(const FileSet& bundle) const {
  const NodeResolver inside(bundle, major_);
  std::vector<BrokenLoad> broken;
  for (const auto& [path, facts] : facts_) {
    if (!bundle.contains(path)) continue;
    for (const auto& load : facts.loads) {
      const auto staged = constant_load(resolver_, path, load);
      if (staged && constant_load(inside, path, load) != staged)
        broken.push_back({path, shown(load.name), load.line, *staged});
    }
  }
  return broken;
}

const std::vector<NamedCall>& NodeReach::calls_of(const BundlePath& path) const {
  static const std::vector<NamedCall> none;
  const auto found = facts_.find(path);
  return found == facts_.end() ? none : found->second.calls;
}

void NodeReach::read_facts(const std::vector<BundlePath>& kept) {
  std::vector<const BundlePath*> paths;
  std::vector<JsSource> sources;
  for (const auto& path : kept) {
    const auto* file = tree_.files.find_file(path);
    // A script without an ending is CommonJS too, if it is given to Node.js. Only the links in .bin are such
    // scripts.
    if (file == nullptr || !is_js_source(path)) continue;
    paths.push_back(&path);
    sources.push_back({file->content, is_module(path, resolver_)});
  }
  if (sources.empty()) return;
  auto read = read_sources_(sources);
  for (std::size_t i = 0; i < paths.size(); ++i)
    facts_.emplace(*paths[i], for_processor(std::move(read[i]), processor_));
}

void NodeReach::follow_module(const BundlePath& path, const JsFacts& facts) {
  bool finds_addons = false;
  for (const auto& load : facts.loads) {
    follow_load(path, load);
    finds_addons = finds_addons || std::ranges::find(addon_finders, load.name) != addon_finders.end();
  }
  for (const auto& place : facts.places) follow_place(path, place);
  follow_mentions(path, facts);
  follow_tails(path, facts);
  if (finds_addons) follow_addons(path);
  if (facts.unread || facts.beyond) follow_own_package(path);
}

void NodeReach::follow_load(const BundlePath& from, const JsFacts::Load& load) {
  const auto verb = load.kind == JsFacts::Kind::required ? "required" : "imported";
  const auto how = load.line == 0 ? format("{} in the text of {}", verb, from.bytes())
                                  : format("{} by {}:{}", verb, from.bytes(), load.line);
  if (load.name.starts_with(js_folder) || !is_without_hole(load.name)) {
    follow_pattern(from, load, how);
    return;
  }
  if (const auto path = constant_load(resolver_, from, load)) reach(*path, how, *path, load.firm);
}

// Follows a name with holes, or one that begins at the module's own folder.
void NodeReach::follow_pattern(const BundlePath& from, const JsFacts::Load& load, const std::string& how) {
  const bool beside = load.name.starts_with(js_folder) || load.name.starts_with("./") ||
                      load.name.starts_with("../") || load.name.starts_with(task_prefix);
  if (!beside) {
    follow_package_pattern(from, load, how);
    return;
  }
  const auto pattern = placed(load.name, from.parent());
  if (!pattern) return;
  if (is_without_hole(pattern->bytes())) {
    if (const auto path = constant_load(resolver_, from, load)) reach(*path, how, *path, load.firm);
    return;
  }
  const auto folder = constant_folder(*pattern);
  // If only the folder is constant, the files directly in it fit. Otherwise a hole may also be a path of
  // several folders.
  const bool across = pattern->parent() != folder || pattern->name() != std::string(1, js_hole);
  const auto text = format("fits '{}', {}", shown(load.name), how);
  for (const auto& [path, node] : tree_.files.below(folder)) {
    const auto& bytes = path.bytes();
    for (const auto* ending : {"", ".js", ".json", ".node", "/index.js", "/package.json"}) {
      if (!matches_with_holes(pattern->bytes() + ending, bytes, across)) continue;
      const auto module =
          path.name() == "package.json" ? resolver_.as_module(path.parent()) : std::optional(path);
      if (module &&
          (is_js_source(*module) || is_native(*module) || module->extension() == ".json" || *ending == '\0'))
        reach(*module, text, folder);
      break;
    }
  }
}

// "@img/sharp-*/sharp.node": reaches the files that fit in every installed package whose name fits.
void NodeReach::follow_package_pattern(const BundlePath& from, const JsFacts::Load& load,
                                       const std::string& how) {
  if (load.name.find_first_of("\2\3") != std::string::npos) return;
  const auto text = format("fits '{}', {}", shown(load.name), how);
  const auto kind = kind_of(load.kind);
  const auto [pattern, rest] = NodeResolver::split(load.name);
  for (const auto& [name, folder] : resolver_.visible_packages(from.parent())) {
    if (!matches_with_holes(pattern, name, false)) continue;
    if (is_without_hole(rest)) {
      if (const auto path = resolver_.entry_of(folder, "." + rest, kind)) reach(*path, text);
      continue;
    }
    for (const auto& [key, path] : resolver_.entries_of(folder, kind)) {
      const auto wanted = "." + rest;
      if (matches_with_holes(wanted, key, true) || matches_with_holes(wanted + ".js", key, true) ||
          matches_with_holes(wanted + ".json", key, true))
        reach(path, text);
    }
  }
}

void NodeReach::reach(const BundlePath& path, const std::string& how, const BundlePath& named, bool firm) {
  found_.push_back({path, how, firm, current_, named});
  for (const auto& description : resolver_.take_descriptions())
    found_.push_back({description, format("leads to {}", path.bytes()), firm, current_, description});
}

}  // namespace lbundle
