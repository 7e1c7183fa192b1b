// Computed paths: what code can open, list, load as a library or search for modules, by texts with holes.
//
// A path that begins at a known place matches the files there that fill its holes. A folder that code names
// or hands to other code stands for all that is in it. A path with an unknown beginning matches the files of
// the same distribution whose paths end so.
#include <algorithm>

#include "model/text.hpp"
#include "python_reach/data_files.hpp"
#include "python_reach/module_names.hpp"
#include "python_reach/reach.hpp"
#include "python_reach/text_holes.hpp"

namespace lbundle {

namespace {

// Names that lead from module to module before the analysis gives up.
constexpr int most_hops = 4;

// True if a text with an unknown beginning says enough to look for files by it: an ending, or three
// characters of a name.
bool says_enough(std::string_view text) {
  const auto is_word = [](char c) {
    return c == '_' || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
  };
  std::size_t run = 0;
  for (const char c : text) {
    run = is_word(c) ? run + 1 : 0;
    if (run == 3) return true;
  }
  return run > 0 && run < text.size() && text[text.size() - run - 1] == '.';
}

bool is_metadata(const BundlePath& path) {
  return path.parent().bytes().find(".dist-info") != std::string::npos;
}

}  // namespace

// Follows the texts of a module, each with its marks resolved.
void PythonReach::follow_paths(const Source& from, const ModuleFacts& facts) {
  auto& own = folders_[tree_.distributions.owner_of(from.path)];
  own.lists_any = own.lists_any || facts.lists_any;
  own.imports = own.imports || facts.dynamic;
  for (const auto& text : facts.paths)
    for (const auto& each : resolve(from, text, 0)) follow_path(from, each);
  for (const auto& text : facts.listed)
    for (const auto& each : resolve(from, text, 0))
      if (each.is_anchored && is_plain_text(each.text))
        if (const auto folder = BundlePath::parse(each.text)) own.listed.insert(*folder);
  for (const auto& text : facts.libraries)
    for (const auto& each : resolve(from, text, 0)) follow_library(from, each);
  for (const auto& [package, text] : facts.search)
    for (const auto& each : resolve(from, text, 0))
      if (each.is_anchored && is_plain_text(each.text))
        search_in(each.text, package == "." ? from.package() : std::string());
  follow_listings(own);
}

// Returns the text with what its marks stand for: a place in the bundle, and what other modules bind to
// names.
std::vector<PythonReach::Text> PythonReach::resolve(const Source& from, const std::string& text, int hops) {
  std::vector<Text> found{{}};
  const auto append = [&](std::string_view part) {
    for (auto& each : found) each.text += part;
  };
  for (std::size_t at = 0; at < text.size();) {
    const char mark = text[at];
    const auto end = mark == Mark::folder || mark == Mark::bound ? text.find(Mark::end, at) : at;
    if (end == std::string::npos) return {};
    const auto inside = end > at ? text.substr(at + 1, end - at - 1) : std::string();
    at = end + 1;
    if (mark == Mark::here) {
      for (auto& each : found) each = {from.path.parent().bytes(), true};
    } else if (mark == Mark::own) {
      append(from.path.name());
    } else if (mark == Mark::package) {
      append(from.package());
    } else if (mark == Mark::folder) {
      const auto folder = folder_of_package(ModuleIndex::absolute(inside, from.name, from.is_package));
      for (auto& each : found)
        each = folder ? Text{folder->bytes(), true} : Text{std::string(1, Mark::hole), false};
    } else if (mark == Mark::bound) {
      const auto values = bound_texts(from, inside, hops);
      std::vector<Text> longer;
      for (const auto& each : found)
        for (const auto& value : values)
          longer.push_back(value.is_anchored ? value : Text{each.text + value.text, each.is_anchored});
      found = std::move(longer);
    } else {
      append(std::string_view(&mark, 1));
    }
  }
  for (auto& each : found)
    if (each.is_anchored) each.text = tidy_path(each.text);
  return found;
}

// Returns what "module:name" can be: what the module binds to the name, itself or by an import of its own. A
// hole if that is not known.
std::vector<PythonReach::Text> PythonReach::bound_texts(const Source& from, const std::string& bound,
                                                        int hops) {
  const std::vector<Text> unknown{{std::string(1, Mark::hole), false}};
  const auto colon = bound.find(':');
  const auto module = ModuleIndex::absolute(bound.substr(0, colon), from.name, from.is_package);
  const auto name = bound.substr(colon + 1);
  if (hops > most_hops || module.empty()) return unknown;
  for (const auto& path : index_.files_of(module)) {
    if (path.extension() != ".py") continue;
    load_facts({path});
    const auto* facts = facts_at(path);
    if (facts == nullptr) continue;
    const Source there{path, module, ModuleIndex::is_package(path)};
    std::vector<Text> found;
    if (const auto exported = facts->exports.find(name); exported != facts->exports.end()) {
      for (const auto& text : exported->second)
        for (auto& each : resolve(there, text, hops + 1)) found.push_back(std::move(each));
      return found;
    }
    for (const auto& import : facts->imports)
      if (std::ranges::find(import.taken, name) != import.taken.end())
        return bound_texts(there, import.name + ':' + name, hops + 1);
  }
  return unknown;
}

std::optional<BundlePath> PythonReach::folder_of_package(const std::string& name) const {
  auto path = name;
  std::ranges::replace(path, '.', '/');
  const auto folder = BundlePath::parse(path);
  if (!folder || folder->is_root()) return std::nullopt;
  if (!tree_.files.below(*folder).empty()) return folder;
  return index_.contains(name) ? std::optional(folder->parent()) : std::nullopt;
}

void PythonReach::follow_path(const Source& from, const Text& text) {
  const auto* owner = tree_.distributions.owner_of(from.path);
  const auto how = format("on a path that {} computes", from.path.bytes());
  if (!text.is_anchored) {
    if (owner != nullptr) follow_ending(owner, text.text, how);
    return;
  }
  const auto& pattern = text.text;
  if (is_plain_text(pattern)) {
    const auto path = BundlePath::parse(pattern);
    if (!path || path->is_root()) return;
    if (tree_.files.contains(*path)) {
      follow_named(*path, how);
    } else {
      hand_out(from, *path, how);
    }
    return;
  }
  const auto known = std::string(before_hole(pattern));
  const auto folder =
      BundlePath::parse(known.substr(0, known.rfind('/') == std::string::npos ? 0 : known.rfind('/')));
  if (!folder) return;
  const auto matches = [&](const BundlePath& path) {
    // A pattern may name a folder: then all that is in it counts.
    for (auto at = path; !at.is_root() && at.bytes().size() >= known.size(); at = at.parent())
      if (fills(at.bytes(), pattern)) return true;
    return false;
  };
  const auto add = [&](const BundlePath& path) {
    if (folder->is_root() && tree_.distributions.owner_of(path) != owner) return;
    if (is_data(path) ? matches(path)
                      : path.extension() == ".py" && pattern.ends_with(".py") && fills(path.bytes(), pattern))
      follow_named(path, how);
  };
  if (folder->is_root()) {
    for (const auto& path : data_of(owner)) add(path);
  } else {
    for (const auto& [path, node] : tree_.files.below(*folder)) add(path);
  }
}

// A path to one file. A source that is reached so is opened as a file.
void PythonReach::follow_named(const BundlePath& path, const std::string& how) {
  reach_file(path, how);
  if (path.extension() == ".py") opened_sources_.insert(path);
}

void PythonReach::follow_ending(const Distribution* owner, std::string_view pattern, const std::string& how) {
  for (const auto& path : ending_in(owner, pattern)) reach_file(path, how);
}

// The files of a distribution whose paths end as the pattern says.
std::vector<BundlePath> PythonReach::ending_in(const Distribution* owner, std::string_view pattern) const {
  while (pattern.starts_with("./")) pattern.remove_prefix(2);
  if (pattern.starts_with('/') || !says_enough(pattern)) return {};  // a place of the machine, or any text
  const std::string anywhere =
      (pattern.starts_with(Mark::hole) ? "" : std::string(1, '/')) + std::string(pattern);
  const auto last =
      anywhere.substr(anywhere.rfind(Mark::hole) == std::string::npos ? 0 : anywhere.rfind(Mark::hole) + 1);
  std::vector<BundlePath> found;
  for (const auto& path : data_of(owner)) {
    const auto text = '/' + path.bytes();
    if (!text.ends_with(last) || is_metadata(path)) continue;
    const auto begin = anywhere.front() == Mark::hole ? 0 : text.rfind(std::string(before_hole(anywhere)));
    if (begin != std::string::npos && fills(std::string_view(text).substr(begin), anywhere))
      found.push_back(path);
  }
  return found;
}

const std::vector<BundlePath>& PythonReach::data_of(const Distribution* owner) const {
  static const std::vector<BundlePath> none;
  const auto found = data_.find(owner);
  return found == data_.end() ? none : found->second;
}

// A folder that code opens, or hands to other code, which can open and list all that is in it.
void PythonReach::hand_out(const Source& from, const BundlePath& folder, const std::string& how) {
  const auto* owner = tree_.distributions.owner_of(from.path);
  auto& own = folders_[owner];
  if (!own.handed_out.insert(folder).second) return;
  reach_data_below(folder, how);
}

void PythonReach::reach_data_below(const BundlePath& folder, const std::string& how) {
  for (const auto& [path, node] : tree_.files.below(folder))
    if (is_data(path)) reach_file(path, how);
}

// Code that lists a folder can import what it finds there. It may look for the endings of sources, so these
// stay.
void PythonReach::follow_listings(FoldersOfCode& code) {
  if (!code.imports) return;
  auto listed = code.listed;
  if (code.lists_any) listed.insert(code.handed_out.begin(), code.handed_out.end());
  for (const auto& folder : listed) {
    if (!code.followed.insert(folder).second) continue;
    const auto how = format("in {}, a folder that code lists", folder.bytes());
    for (const auto& [path, node] : tree_.files.below(folder)) {
      const bool is_package = path.name() == "__init__.py" && path.parent().parent() == folder;
      if (path.extension() != ".py" || (path.parent() != folder && !is_package)) continue;
      reach_file(path, how);
      opened_sources_.insert(path);
    }
  }
}

// A library that code loads by its name: from its own distribution, or by a name that any folder may have.
void PythonReach::follow_library(const Source& from, const Text& text) {
  const auto how = format("a library that {} loads", from.path.bytes());
  if (text.is_anchored) {
    follow_path(from, text);
    return;
  }
  const auto* owner = tree_.distributions.owner_of(from.path);
  const auto name = text.text.substr(text.text.rfind('/') + 1);
  const bool is_known = before_hole(name).size() > 3 || is_plain_text(name);
  for (const auto& [distribution, paths] : data_) {
    if (!is_known && distribution != owner) continue;
    for (const auto& path : paths)
      if (path.name().find(".so") != std::string_view::npos && fills(path.name(), name))
        reach_file(path, how);
  }
}

// Modules are looked for in this folder too.
void PythonReach::search_in(const std::string& folder, const std::string& package) {
  const auto place = BundlePath::parse(folder);
  if (!place || place->is_root()) return;
  for (const auto& name : index_.add_folder(tree_.files, *place, package))
    if (reached_.contains(name) || reached_firmly_.contains(name))
      for (const auto& path : index_.files_of(name))
        reach_file(path, format("found in {}, which code adds to the folders of modules", folder));
}

}  // namespace lbundle
