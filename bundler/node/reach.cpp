// The problem: a trace shows which modules one run of Node.js loaded. It does not show what a function
// requires if an image is a TIFF, what a table of drivers names, or which of an addon's builds Lambda's
// processor takes.
//
// The idea: the text of a kept module says what it can load (js_reader.cpp). Constant names are resolved as
// Node.js does it, by package.json's exports, imports and main. For a name that is put together, every file
// that fits is kept. For a path that begins at the module's own folder, the file or the small folder is kept.
// Other constants count if they name a file of the package or an installed package. An addon keeps the files
// that it opens by name.
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

#include "cache/store.hpp"
#include "model/text.hpp"

namespace lbundle {

namespace {

// The same limit as for Python (python/reach_files.cpp): a larger folder is a database of which a function
// reads little.
constexpr ByteSize most_for_a_folder{2'000'000};
// Large sources are bundles with everything in them, and they are still read. Beyond this size a file is not
// a source.
constexpr ByteSize largest_source{64'000'000};

// Packages that find an addon beside their caller by naming conventions of their own. Source: their READMEs.
constexpr std::array<std::string_view, 7> addon_finders{"bindings",
                                                        "node-gyp-build",
                                                        "node-gyp-build-optional-packages",
                                                        "@mapbox/node-pre-gyp",
                                                        "@mongodb-js/bindings",
                                                        "node-pre-gyp",
                                                        "pkg-prebuilds"};

bool is_source(const BundlePath& path) {
  const auto ending = path.extension();
  return ending == ".js" || ending == ".cjs" || ending == ".mjs";
}

bool is_native(const BundlePath& path) {
  return path.extension() == ".node" || path.name().find(".so") != std::string_view::npos;
}

NodeResolver::Kind kind_of(JsFacts::Kind kind) {
  return kind == JsFacts::Kind::required ? NodeResolver::Kind::required : NodeResolver::Kind::imported;
}

bool is_without_hole(std::string_view text) {
  return text.find(js_hole) == std::string_view::npos;
}

// True if Node.js takes it for an ES module. The parser also tries the other kind, as Node.js does for the
// syntax of ES modules.
bool is_module(const BundlePath& path, const NodeResolver& resolver) {
  if (path.extension() != ".js") return path.extension() == ".mjs";
  const auto* description = resolver.description_of(path.parent());
  return description != nullptr && description->value("type", Json()) == "module";
}

// The path in the tree that a value means. Holes stay in it, because they are bytes like any other.
std::optional<BundlePath> placed(const std::string& value, const BundlePath& folder) {
  auto relative = value;
  if (relative.starts_with(js_folder)) relative = "." + relative.substr(1);
  if (relative.find_first_of("\2\3") != std::string::npos) return std::nullopt;
  return folder.resolve(relative);
}

// The longest folder of `path` that has no hole in its name.
BundlePath constant_folder(const BundlePath& path) {
  const auto hole = path.bytes().find(js_hole);
  if (hole == std::string::npos) return path;
  const auto slash = path.bytes().rfind('/', hole);
  return slash == std::string::npos ? BundlePath() : BundlePath(path.bytes().substr(0, slash));
}

std::string shown(std::string name) {
  std::ranges::replace(name, js_hole, '*');
  std::ranges::replace(name, js_folder, '.');
  return name;
}

}  // namespace

bool matches_with_holes(std::string_view pattern, std::string_view text, bool across) {
  const auto hole = pattern.find(js_hole);
  if (hole == std::string_view::npos) return pattern == text;
  if (!text.starts_with(pattern.substr(0, hole))) return false;
  const auto rest = pattern.substr(hole + 1);
  text.remove_prefix(hole);
  for (std::size_t taken = 0; taken <= text.size(); ++taken) {
    const auto filled = text.substr(0, taken);
    if (filled.ends_with('/') && (!across || filled.ends_with("node_modules/"))) return false;
    if (matches_with_holes(rest, text.substr(taken), across)) return true;
  }
  return false;
}

NodeReach::NodeReach(const StagedTree& tree, int major, std::string processor, ReadSources read_sources,
                     NativeNames native_names)
    : tree_(tree),
      resolver_(tree.files, major),
      processor_(std::move(processor)),
      read_sources_(std::move(read_sources)),
      native_names_(std::move(native_names)) {
  for (const auto& [path, node] : tree.files)
    if (!is_source(path))
      by_file_name_[{tree.distributions.owner_of(path), std::string(path.name())}].push_back(path);
}

std::vector<Reached> NodeReach::reach_from(const std::vector<BundlePath>& kept) {
  found_.clear();
  read_facts(kept);
  for (const auto& path : kept) {
    current_ = path;
    if (const auto facts = facts_.find(path); facts != facts_.end()) follow_module(path, facts->second);
    if (is_native(path)) follow_native(path);
  }
  return std::move(found_);
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
    if (file == nullptr || !is_source(path) || file->content.size >= largest_source) continue;
    paths.push_back(&path);
    sources.push_back({file->content, is_module(path, resolver_)});
  }
  if (sources.empty()) return;
  auto read = read_sources_(sources);
  for (std::size_t i = 0; i < paths.size(); ++i) facts_.emplace(*paths[i], std::move(read[i]));
}

Findings NodeReach::findings() const {
  std::map<const Distribution*, std::vector<const BundlePath*>> unparsed;
  std::string why_unread;
  for (const auto& [path, facts] : facts_) {
    if (facts.unread) why_unread = facts.unparsed;
    if (!facts.unparsed.empty() && !facts.unread)
      unparsed[tree_.distributions.owner_of(path)].push_back(&path);
  }
  Findings findings;
  if (!why_unread.empty()) {
    findings.push_back(
        {Severity::warning, "no-js-parser", "",
         format("no JavaScript was parsed, so a package is kept as a whole if one of its modules is kept: {}",
                why_unread),
         "check the network and npm's `registry` setting: lbundle fetches the parser once"});
  }
  for (const auto& [owner, paths] : unparsed) {
    const auto& path = paths.front()->bytes();
    const auto more = paths.size() == 1 ? ""
                                        : format(" and {} more files of {}", paths.size() - 1,
                                                 owner == nullptr ? "the function" : owner->name);
    findings.push_back(
        {Severity::note, "unparsed-source", path,
         format("{}{} did not parse ({}); what looks like a require or an import in its text is kept", path,
                more, facts_.at(*paths.front()).unparsed),
         format("keep = [\"{}\"] if it loads anything else",
                paths.front()->parent().is_root() ? "**" : paths.front()->parent().bytes() + "/**")});
  }
  return findings;
}

void NodeReach::follow_module(const BundlePath& path, const JsFacts& facts) {
  bool finds_addons = false;
  for (const auto& load : facts.loads) {
    follow_load(path, load);
    finds_addons = finds_addons || std::ranges::find(addon_finders, load.name) != addon_finders.end();
  }
  for (const auto& place : facts.places) follow_place(path, place);
  follow_mentions(path, facts);
  if (finds_addons) follow_addons(path);
  if (facts.unread) follow_own_package(path);
}

void NodeReach::follow_load(const BundlePath& from, const JsFacts::Load& load) {
  const auto verb = load.kind == JsFacts::Kind::required ? "required" : "imported";
  const auto how = load.line == 0 ? format("{} in the text of {}", verb, from.bytes())
                                  : format("{} by {}:{}", verb, from.bytes(), load.line);
  if (load.name.starts_with(js_folder) || !is_without_hole(load.name)) {
    follow_pattern(from, load, how);
    return;
  }
  auto name = load.name.substr(0, load.name.find('?'));
  if (name.starts_with("file://")) return;
  if (const auto path = resolver_.resolve(name, from, kind_of(load.kind))) reach(*path, how, load.firm);
}

// Follows a name with holes, or one that begins at the module's own folder.
void NodeReach::follow_pattern(const BundlePath& from, const JsFacts::Load& load, const std::string& how) {
  const bool beside =
      load.name.starts_with(js_folder) || load.name.starts_with("./") || load.name.starts_with("../");
  if (!beside) {
    follow_package_pattern(from, load, how);
    return;
  }
  const auto pattern = placed(load.name, from.parent());
  if (!pattern) return;
  if (is_without_hole(pattern->bytes())) {
    if (const auto path = resolver_.as_module(*pattern)) reach(*path, how, load.firm);
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
          (is_source(*module) || is_native(*module) || module->extension() == ".json" || *ending == '\0'))
        reach(*module, text);
      break;
    }
  }
}

// "@img/sharp-*/sharp.node": reaches the files that fit in every installed package whose name fits.
void NodeReach::follow_package_pattern(const BundlePath& from, const JsFacts::Load& load,
                                       const std::string& how) {
  const auto hole = load.name.find(js_hole);
  // A shorter constant part is only a word, and whatever begins with it would fit.
  constexpr std::size_t shortest = 3;
  if (hole < shortest || load.name.find_first_of("\2\3") != std::string::npos) return;
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

void NodeReach::follow_place(const BundlePath& from, const JsFacts::Place& place) {
  const auto how = format("named by {}:{}", from.bytes(), place.line);
  const auto path = placed(place.path, from.parent());
  // A whole package does not count as a place.
  if (!path || path->is_root() || path->parent().name() == "node_modules") return;
  if (is_without_hole(path->bytes())) {
    if (const auto module = resolver_.as_module(*path)) reach(*module, how);
    if (*path != from.parent()) follow_folder(*path, how);
    return;
  }
  const auto folder = constant_folder(*path);
  if (folder.is_root()) return;
  std::vector<BundlePath> inside;
  ByteSize sum;
  const bool across = path->name() != std::string(1, js_hole);
  for (const auto& [below, node] : tree_.files.below(folder)) {
    if (!matches_with_holes(path->bytes(), below.bytes(), across)) continue;
    inside.push_back(below);
    sum += unzipped_size(node);
    if (sum > most_for_a_folder) return;
  }
  for (const auto& file : inside) reach(file, format("fits '{}', {}", shown(place.path), how));
}

void NodeReach::follow_mentions(const BundlePath& from, const JsFacts& facts) {
  const auto how = format("named in {}", from.bytes());
  const auto* owner = tree_.distributions.owner_of(from);
  for (const auto& text : facts.mentions) {
    if (text.starts_with("./") || text.starts_with("../")) {
      const auto path = from.parent().resolve(text);
      if (!path || path->is_root() || path->parent().name() == "node_modules") continue;
      if (const auto module = resolver_.as_module(*path)) reach(*module, how);
      continue;
    }
    const bool is_path = text.find('/') != std::string::npos && text.front() != '/';
    if ((is_path || facts.computed) && !NodeResolver::is_built_in(text)) {
      const auto [package, rest] = NodeResolver::split(text);
      const auto folder = resolver_.package_folder(package, from.parent());
      const bool own = folder && from.is_within(*folder);
      if (folder && !own && (!rest.empty() || facts.computed || package.starts_with('@')))
        if (const auto path = resolver_.entry_of(*folder, "." + rest, NodeResolver::Kind::required))
          reach(*path, how);
    }
    if (owner == nullptr) continue;  // the function's own files are kept anyway
    const auto relative = BundlePath::parse(text.substr(std::min(text.find_first_not_of("/."), text.size())));
    if (!relative || relative->extension().empty()) continue;
    const auto named = by_file_name_.find({owner, std::string(relative->name())});
    if (named == by_file_name_.end() || relative->name() == "package.json") continue;
    for (const auto& path : named->second)
      if (path == *relative || path.bytes().ends_with('/' + relative->bytes())) reach(path, how);
  }
}

// False if the addon's name or folder says that it is for another platform: "prebuilds/darwin-arm64/x.node",
// "x.linuxmusl-x64.node".
bool NodeReach::fits_this_machine(const BundlePath& addon) const {
  const auto& text = addon.bytes();
  const auto has = [&](std::string_view word) {
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
      const auto is_edge = [](char c) {
        return !((c | 0x20) >= 'a' && (c | 0x20) <= 'z') && !(c >= '0' && c <= '9');
      };
      const auto end = at + word.size();
      if ((at == 0 || is_edge(text[at - 1])) && (end == text.size() || is_edge(text[end]))) return true;
    }
    return false;
  };
  for (const auto* other :
       {"darwin", "win32", "android", "freebsd", "openbsd", "sunos", "aix", "musl", "linuxmusl", "ia32",
        "arm", "armv6", "armv7", "armv7l", "ppc64", "s390x", "riscv64", "loong64"})
    if (has(other)) return false;
  return !has(processor_ == "x64" ? "arm64" : "x64");
}

// Reaches all of the package's builds that this processor could load. The choice is made at run time.
void NodeReach::follow_addons(const BundlePath& from) {
  const auto* owner = tree_.distributions.owner_of(from);
  if (owner == nullptr) return;
  const auto how = format("an addon of {}, which {} looks for", owner->name, from.bytes());
  for (const auto& [key, paths] : by_file_name_) {
    if (key.first != owner || !key.second.ends_with(".node")) continue;
    for (const auto& path : paths)
      if (fits_this_machine(path)) reach(path, how);
  }
}

// For a module that was not parsed: reaches all files of its package, but not the packages below it.
void NodeReach::follow_own_package(const BundlePath& from) {
  const auto* owner = tree_.distributions.owner_of(from);
  if (owner == nullptr || !whole_packages_.insert(owner).second) return;
  const auto how = format("{} was not parsed, and may load any file of its package", from.bytes());
  for (const auto& [path, node] : tree_.files)
    if (tree_.distributions.owner_of(path) == owner) reach(path, how);
}

// Reaches the libraries that an addon opens by name and that are in its own package. Libraries in other
// packages are found by DT_NEEDED.
void NodeReach::follow_native(const BundlePath& path) {
  const auto* file = tree_.files.find_file(path);
  if (file == nullptr) return;
  const auto how = format("named in {}", path.bytes());
  for (const auto& name : native_names_(file->content)) {
    if (!name.starts_with("lib")) continue;
    const auto named = by_file_name_.find({tree_.distributions.owner_of(path), name});
    if (named == by_file_name_.end()) continue;
    for (const auto& library : named->second) reach(library, how);
  }
}

// Reaches all files below the folder, unless they are more than `most_for_a_folder`. Packages below it are
// left out.
void NodeReach::follow_folder(const BundlePath& folder, const std::string& how) {
  std::vector<BundlePath> inside;
  ByteSize sum;
  if (folder.is_root()) return;
  for (const auto& [path, node] : tree_.files.below(folder)) {
    if (path.bytes().find("/node_modules/", folder.bytes().size()) != std::string::npos) continue;
    inside.push_back(path);
    sum += unzipped_size(node);
    if (sum > most_for_a_folder) return;
  }
  for (const auto& path : inside) reach(path, how);
}

void NodeReach::reach(const BundlePath& path, const std::string& how, bool firm) {
  found_.push_back({path, how, firm, current_});
}

}  // namespace lbundle
