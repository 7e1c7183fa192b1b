// Texts that name modules, packages and files without loading them.
//
// A library may load what its user names: a transport of a logger, a driver of a database, a preset of a
// compiler. No module of the library has that name, but the function's own code or settings have it. So there
// each text that is the name of a dependency keeps that package. Only dependencies that the function itself
// names count, because others are found where they are required, and their names are often plain words. A
// dependency that is left out nevertheless is reported by its name.
#include <algorithm>
#include <array>

#include "cache/store.hpp"
#include "json/json.hpp"
#include "model/text.hpp"
#include "node/reach.hpp"
#include "node/reach_names.hpp"

namespace lbundle {

namespace {

using Kind = NodeResolver::Kind;

// The parts of package.json that name dependencies or describe the function for people and for npm. Source:
// npm's documentation, package.json.
constexpr std::array not_settings{"name",
                                  "version",
                                  "description",
                                  "keywords",
                                  "scripts",
                                  "dependencies",
                                  "devDependencies",
                                  "optionalDependencies",
                                  "peerDependencies",
                                  "peerDependenciesMeta",
                                  "bundleDependencies",
                                  "bundledDependencies",
                                  "overrides",
                                  "resolutions",
                                  "engines",
                                  "workspaces"};

// True if `text[at]` is beside a value in JSON, YAML, TOML and the like: a quote, a sign between values, or
// the beginning or end of a line.
bool ends_value(std::string_view text, std::size_t at, bool forward) {
  static constexpr std::string_view quotes = "\"'`";
  static constexpr std::string_view before = ":-[,{=(\n\r";
  static constexpr std::string_view after = ":],}=)#;\n\r";
  const auto is_one_of = [&](std::string_view signs) {
    return signs.find(text[at]) != std::string_view::npos;
  };
  if (at >= text.size() || is_one_of(quotes)) return true;
  while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) forward ? ++at : --at;
  return at >= text.size() || is_one_of(forward ? after : before);
}

// The values in `text` that are the package `name` or a path in it.
std::set<std::string> values_that_name(std::string_view text, const std::string& name) {
  std::set<std::string> values;
  for (auto at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    if (!ends_value(text, at - 1, false)) continue;
    auto end = at + name.size();
    if (end < text.size() && text[end] == '/')
      end = std::min(text.find_first_of(" \t\r\n\"'`,;:()[]{}", end), text.size());
    if (ends_value(text, end, true)) values.emplace(text.substr(at, end - at));
  }
  return values;
}

}  // namespace

// The packages that the function depends on, with their folders. If no package.json of the function is
// staged: all packages that it can load.
NodeReach::Dependencies read_dependencies(const FileSet& files, const NodeResolver& resolver) {
  NodeReach::Dependencies found;
  const auto* json =
      files.contains(BundlePath("package.json")) ? resolver.description_of(BundlePath()) : nullptr;
  for (const auto* kind : {"dependencies", "optionalDependencies"}) {
    if (json == nullptr || !json->contains(kind) || !json->at(kind).is_object()) continue;
    found.are_named = true;
    for (const auto& [name, range] : json->at(kind).items())
      if (const auto folder = resolver.package_folder(name, BundlePath()))
        found.folders.emplace(name, *folder);
  }
  if (!found.are_named) found.folders = resolver.visible_packages(BundlePath());
  return found;
}

// Reaches the dependency that `text` names in the function's own code or settings: "pino-pretty",
// "knex/lib/x".
void NodeReach::follow_dependency(const std::string& text, const std::string& how) {
  const auto [pattern, rest] = NodeResolver::split(text);
  for (const auto& [name, folder] : dependencies_.folders) {
    if (!matches_with_holes(pattern, name, false)) continue;
    std::set<BundlePath> entries;
    for (const auto kind : {Kind::required, Kind::imported}) {
      if (is_without_hole(rest)) {
        if (const auto path = resolver_.entry_of(folder, "." + rest, kind)) entries.insert(*path);
        continue;
      }
      for (const auto& [key, path] : resolver_.entries_of(folder, kind))
        if (matches_with_holes("." + rest, key, true)) entries.insert(path);
    }
    for (const auto& path : entries) reach(path, how, path);
    // A package without a main module has data or programs, which are opened by their paths.
    if (entries.empty() && rest.empty())
      for (const auto& path : files_of(tree_.distributions.owner_of(folder / "package.json")))
        reach(path, how);
  }
}

bool NodeReach::is_own_settings(const BundlePath& path) const {
  static const std::set<std::string, std::less<>> endings{".json", ".jsonc",      ".json5", ".yaml",
                                                          ".yml",  ".toml",       ".ini",   ".env",
                                                          ".conf", ".properties", ".cfg",   ""};
  return tree_.distributions.owner_of(path) == nullptr && tree_.files.find_file(path) != nullptr &&
         (endings.contains(path.extension()) || path.name().starts_with('.'));
}

void NodeReach::follow_own_settings(const BundlePath& path) {
  const auto bytes = read_content(tree_.files.find_file(path)->content);
  const auto how = format("named in {}", path.bytes());
  if (path.name() != "package.json") return follow_settings(as_text(bytes), how);
  auto json = Json::parse(as_text(bytes), nullptr, false);
  if (!json.is_object()) return;
  for (const auto* key : not_settings) json.erase(key);
  follow_settings(json.dump(), how);
}

void NodeReach::follow_settings(std::string_view text, const std::string& how) {
  for (const auto& [name, folder] : dependencies_.folders)
    for (const auto& value : values_that_name(text, name)) follow_dependency(value, how);
}

void NodeReach::follow_mentions(const BundlePath& from, const JsFacts& facts) {
  const auto how = format("named in {}", from.bytes());
  const bool is_own = tree_.distributions.owner_of(from) == nullptr;
  for (const auto& text : facts.mentions) {
    if (is_own && !std::ranges::binary_search(facts.words, text)) follow_dependency(text, how);
    if (!is_without_hole(text)) continue;
    if (text.starts_with("./") || text.starts_with("../")) {
      follow_relative_mention(from, text, how);
      continue;
    }
    follow_package_mention(from, text, facts, how);
    if (!is_own) follow_file_mention(from, text, how);  // the function's own files are kept anyway
  }
}

void NodeReach::follow_relative_mention(const BundlePath& from, const std::string& text,
                                        const std::string& how) {
  const auto path = from.parent().resolve(text);
  if (path && !is_too_much(*path))
    if (const auto module = resolver_.as_module(*path)) reach(*module, how);
  // A worker thread's script and a child's script are looked for in the current folder. It is that of the
  // function.
  if (const auto in_root = BundlePath().resolve(text); in_root && !is_too_much(*in_root))
    if (const auto module = resolver_.as_module(*in_root)) reach(*module, how);
}

void NodeReach::follow_package_mention(const BundlePath& from, const std::string& text, const JsFacts& facts,
                                       const std::string& how) {
  const bool is_path = text.find('/') != std::string::npos && text.front() != '/';
  if ((!is_path && !facts.computed) || NodeResolver::is_built_in(text)) return;
  if (text.starts_with("node_modules/")) return follow_relative_mention(BundlePath(), text, how);
  const auto [package, rest] = NodeResolver::split(text);
  const auto folder = resolver_.package_folder(package, from.parent());
  if (!folder || from.is_within(*folder) || (rest.empty() && !facts.computed && !package.starts_with('@')))
    return;
  if (const auto path = resolver_.entry_of(*folder, "." + rest, Kind::required)) reach(*path, how);
  // `${package}/bin/x`: the package is one of the texts.
  for (const auto& tail : facts.loaded_tails) {
    if (!tail.starts_with('/')) continue;
    if (is_without_hole(tail)) {
      if (const auto path = resolver_.entry_of(*folder, "." + rest + tail, Kind::required))
        reach(*path, how, *path);
      continue;
    }
    for (const auto& [key, path] : resolver_.entries_of(*folder, Kind::required))
      if (matches_with_holes("." + rest + tail, key, true)) reach(path, how);
  }
}

// Reaches the files of the module's package that a text names by their path, or by the end of it.
void NodeReach::follow_file_mention(const BundlePath& from, const std::string& text, const std::string& how) {
  const auto relative = BundlePath::parse(text.substr(std::min(text.find_first_not_of("/."), text.size())));
  if (!relative || relative->extension().empty() || relative->name() == "package.json") return;
  // Every folder may have an index.js, so the name alone says nothing.
  if (is_js_source(*relative) && relative->parent().is_root() && relative->bytes().starts_with("index."))
    return;
  const auto named = by_file_name_.find({tree_.distributions.owner_of(from), std::string(relative->name())});
  if (named == by_file_name_.end()) return;
  for (const auto& path : named->second)
    if (path == *relative || path.bytes().ends_with('/' + relative->bytes())) reach(path, how);
}

void NodeReach::note_use(const BundlePath& path) {
  if (path.name() != "package.json") used_.insert(tree_.distributions.owner_of(path));
}

Findings NodeReach::unused_dependencies() const {
  Findings findings;
  if (!dependencies_.are_named) return findings;
  for (const auto& [name, folder] : dependencies_.folders) {
    auto entry = resolver_.entry_of(folder, ".", Kind::required);
    if (!entry) entry = resolver_.entry_of(folder, ".", Kind::imported);
    if (!entry || used_.contains(tree_.distributions.owner_of(*entry))) continue;  // no entry: types alone
    findings.push_back(
        {Severity::note, "dropped-dependency", entry->bytes(),
         format("{}, a dependency of the function, is left out: no event used it, and no kept "
                "code or setting names it",
                name),
         format("keep = [\"{}/**\"] if something loads it by a name that only the run knows, or "
                "remove it from package.json",
                folder.bytes())});
  }
  return findings;
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
    const bool is_beyond =
        std::ranges::any_of(paths, [&](const BundlePath* each) { return facts_.at(*each).beyond; });
    const auto more = paths.size() == 1 ? ""
                                        : format(" and {} more files of {}", paths.size() - 1,
                                                 owner == nullptr ? "the function" : owner->name);
    findings.push_back(
        {Severity::note, "unparsed-source", path,
         format("{}{} did not parse ({}); what looks like a require or an import in its text is kept{}", path,
                more, facts_.at(*paths.front()).unparsed,
                is_beyond && owner != nullptr ? ", and all files of its package" : ""),
         format("keep = [\"{}\"] if it loads anything else",
                paths.front()->parent().is_root() ? "**" : paths.front()->parent().bytes() + "/**")});
  }
  append(findings, unused_dependencies());
  return findings;
}

}  // namespace lbundle
