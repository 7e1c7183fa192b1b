// Files that code names by a path that is put together, files that addons open, and whole packages. Sizes do
// not decide: a folder that code names is kept with all that is in it, except the packages below it.
//
// A path counts whatever is done with it. Code that passes it to fs.readFile, to a worker thread or to a
// child process keeps the same file, so no list of functions is needed.
#include <algorithm>

#include "cache/store.hpp"
#include "model/text.hpp"
#include "node/packages.hpp"
#include "node/reach.hpp"
#include "node/reach_names.hpp"

namespace lbundle {

namespace {

// True for node_modules and for a folder of a scope in it: what is below belongs to many packages.
bool holds_packages(const BundlePath& folder) {
  return folder.is_root() || folder.name() == "node_modules" ||
         (folder.name().starts_with('@') && folder.parent().name() == "node_modules");
}

// "/lib/x.js" for a file of a package.
std::string inside_of_package(const BundlePath& path) {
  const auto folder = npm_package_folder(path.bytes());
  return path.bytes().substr(folder ? folder->size() : 0);
}

}  // namespace

// True if code names no more than a whole package or a folder of packages. Such a path is the beginning of
// other paths, which count by themselves.
bool NodeReach::is_too_much(const BundlePath& path) const {
  return holds_packages(path) || (!path.parent().is_root() && holds_packages(path.parent()));
}

void NodeReach::follow_place(const BundlePath& from, const JsFacts::Place& place) {
  const auto how = format("named by {}:{}", from.bytes(), place.line);
  const auto path = placed(place.path, from.parent());
  if (!path || is_too_much(*path)) return;
  if (is_without_hole(path->bytes())) {
    if (const auto module = resolver_.as_module(*path)) reach(*module, how, *path);
    if (*path != from.parent()) follow_folder(*path, how);
    return;
  }
  const auto folder = constant_folder(*path);
  if (folder.is_root()) return;
  const bool across = path->name() != std::string(1, js_hole);
  const auto text = format("fits '{}', {}", shown(place.path), how);
  for (const auto& [below, node] : tree_.files.below(folder))
    if (matches_with_holes(path->bytes(), below.bytes(), across)) reach(below, text, folder);
}

// Reaches all files below the folder. Packages below it are left out.
void NodeReach::follow_folder(const BundlePath& folder, const std::string& how) {
  if (is_too_much(folder)) return;
  for (const auto& [path, node] : tree_.files.below(folder))
    if (path.bytes().find("/node_modules/", folder.bytes().size()) == std::string::npos)
      reach(path, how, folder);
}

// Reaches the files of the module's package whose paths end like a path of which the beginning is not known.
void NodeReach::follow_tails(const BundlePath& from, const JsFacts& facts) {
  const auto* owner = tree_.distributions.owner_of(from);
  if (owner == nullptr) return;  // the function's own files are kept anyway
  std::vector<std::pair<std::string, bool>> patterns;
  for (const auto& tail : facts.tails) patterns.emplace_back(tail, false);
  for (const auto& tail : facts.loaded_tails)
    if (tail.find_first_not_of(std::string("/.") + js_hole) != std::string::npos)
      patterns.emplace_back(tail, true);
  if (patterns.empty()) return;
  const auto& files = files_of(owner);
  for (const auto& [tail, is_loaded] : patterns) {
    const auto text = format("fits '*{}', named in {}", shown(tail), from.bytes());
    // "./x" and "/x" end a path alike.
    const auto end = tail.substr(std::min(tail.find_first_not_of('.'), tail.size()));
    const auto pattern = js_hole + end;
    for (const auto& path : files) {
      const auto inside = inside_of_package(path);
      const auto fits = [&](const char* ending) {
        return matches_with_holes(pattern + ending, inside, true);
      };
      if (fits("") || (is_loaded && (fits(".js") || fits(".json") || fits(".node") || fits("/index.js"))))
        reach(path, text);
    }
  }
}

const std::vector<BundlePath>& NodeReach::files_of(const Distribution* owner) {
  if (files_of_.empty())
    for (const auto& [path, node] : tree_.files)
      files_of_[tree_.distributions.owner_of(path)].push_back(path);
  return files_of_[owner];
}

// False if the addon's name or folder says that it is for another platform: "prebuilds/darwin-arm64/x.node",
// "x.linuxmusl-x64.node".
bool NodeReach::fits_this_machine(const BundlePath& addon) const {
  const auto text = inside_of_package(addon);
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

// For a module that was not parsed and may run: reaches all files of its package, but not the packages below
// it.
void NodeReach::follow_own_package(const BundlePath& from) {
  const auto* owner = tree_.distributions.owner_of(from);
  if (owner == nullptr || !whole_packages_.insert(owner).second) return;
  const auto how = format("{} was not parsed, and may load any file of its package", from.bytes());
  for (const auto& path : files_of(owner)) reach(path, how);
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

}  // namespace lbundle
