#include "elf/library_graph.hpp"

#include <algorithm>

namespace lbundle::elf {

const ElfFacts* TreeFacts::find(const BundlePath& path) const {
  const auto found = files.find(path);
  return found == files.end() || !found->second->is_readable() ? nullptr : found->second.get();
}

std::vector<BundlePath> folders_below(const std::string& root, const std::vector<std::string>& library_path) {
  std::vector<BundlePath> folders;
  for (const std::string& folder : library_path) {
    if (folder == root) folders.emplace_back();
    if (!folder.starts_with(root + "/")) continue;
    if (const auto inside = BundlePath::parse(std::string_view(folder).substr(root.size() + 1))) {
      folders.push_back(*inside);
    }
  }
  return folders;
}

LibraryGraph::LibraryGraph(const FileSet& files, const TreeFacts& facts, LoaderPaths paths)
    : files_(files), facts_(facts), paths_(std::move(paths)) {
  for (const auto& [path, one] : facts_.files) {
    if (!one->soname.empty() && files_.find_file(path) != nullptr) by_soname_.emplace(one->soname, path);
  }
}

// The folder of the bundle that a folder of an RPATH means; nothing if it is outside or depends on the
// processor.
std::optional<BundlePath> LibraryGraph::expand(std::string folder, const BundlePath& origin) const {
  for (const std::string_view token : {std::string_view("$ORIGIN"), std::string_view("${ORIGIN}")}) {
    for (std::size_t at = folder.find(token); at != std::string::npos; at = folder.find(token)) {
      folder.replace(at, token.size(), paths_.root + "/" + origin.bytes());
    }
  }
  if (folder.find('$') != std::string::npos) return std::nullopt;
  if (folder != paths_.root && !folder.starts_with(paths_.root + "/")) return std::nullopt;
  // If $ORIGIN is the bundle's own root, the text has two slashes.
  const std::size_t inside = folder.find_first_not_of('/', paths_.root.size());
  return BundlePath::parse(inside == std::string::npos ? "" : std::string_view(folder).substr(inside));
}

bool LibraryGraph::try_path(const BundlePath& path, Resolution& found) const {
  std::set<BundlePath> crossed;
  const auto file = files_.follow(path, &crossed);
  // The loader skips a file that is not ELF or not of its class, and continues the search.
  if (!file || files_.find_file(*file) == nullptr || facts_.find(*file) == nullptr) return false;
  found = {Found::in_tree, path, *file, std::move(crossed)};
  return true;
}

bool LibraryGraph::try_folders(const std::string& folders, const BundlePath& origin,
                               const std::string& needed, Resolution& found) const {
  for (std::size_t start = 0; start <= folders.size();) {
    const std::size_t end = std::min(folders.find(':', start), folders.size());
    if (const auto folder = expand(folders.substr(start, end - start), origin)) {
      if (const auto path = folder->resolve(needed); path && try_path(*path, found)) return true;
    }
    start = end + 1;
  }
  return false;
}

Resolution LibraryGraph::search(const std::vector<LoadedObject>& loaded, std::size_t loader,
                                const std::string& needed) const {
  Resolution found;
  const LoadedObject& wanting = loaded[loader];
  if (needed.find('/') != std::string::npos) {
    // A name with a slash is a path, so it is not searched.
    const auto path = expand(needed, wanting.path.parent());
    if (path) try_path(*path, found);
    return found;
  }
  if (wanting.facts->runpath.empty()) {
    for (std::size_t i = loader;; i = loaded[i].loader) {
      const ElfFacts& facts = *loaded[i].facts;
      if (facts.runpath.empty() && !facts.rpath.empty() &&
          try_folders(facts.rpath, loaded[i].path.parent(), needed, found)) {
        return found;
      }
      if (i == loaded[i].loader) break;
    }
  }
  for (const BundlePath& folder : paths_.library_path) {
    if (try_path(folder / needed, found)) return found;
  }
  if (!wanting.facts->runpath.empty() &&
      try_folders(wanting.facts->runpath, wanting.path.parent(), needed, found)) {
    return found;
  }
  if (const auto known = by_soname_.find(needed); known != by_soname_.end()) {
    found = {Found::by_soname, known->second, known->second, {}};
  }
  return found;
}

std::vector<LoadedObject> LibraryGraph::scope(const BundlePath& path) const {
  std::vector<LoadedObject> loaded;
  Resolution root;
  if (!try_path(path, root)) return loaded;
  loaded.push_back(
      {path.bytes(), path, root.file, facts_.find(root.file), 0, root.crossed, Found::in_tree, {}});
  std::unordered_map<std::string, std::size_t> by_name{{loaded[0].facts->soname, 0}};
  std::unordered_map<BundlePath, std::size_t> by_file{{root.file, 0}};
  for (std::size_t i = 0; i < loaded.size(); ++i) {
    if (loaded[i].facts == nullptr) continue;
    for (const std::string& needed : loaded[i].facts->needed) {
      if (by_name.contains(needed)) continue;
      Resolution found = search(loaded, i, needed);
      if (found.how != Found::outside) {
        // One file under two names is one library. The links to the second name are followed too.
        if (const auto same = by_file.find(found.file); same != by_file.end()) {
          by_name.emplace(needed, same->second);
          loaded[same->second].crossed.merge(found.crossed);
          loaded[same->second].also.insert(needed);
          continue;
        }
      }
      const ElfFacts* facts = found.how == Found::outside ? nullptr : facts_.find(found.file);
      by_name.emplace(needed, loaded.size());
      if (facts != nullptr) {
        if (!facts->soname.empty()) by_name.emplace(facts->soname, loaded.size());
        by_file.emplace(found.file, loaded.size());
      }
      loaded.push_back({needed, found.path, found.file, facts, i, std::move(found.crossed), found.how, {}});
    }
  }
  return loaded;
}

Resolution LibraryGraph::resolve(const BundlePath& path, const std::string& needed) const {
  Resolution root;
  if (!try_path(path, root)) return {};
  return search({{path.bytes(), path, root.file, facts_.find(root.file), 0, {}, Found::in_tree, {}}}, 0,
                needed);
}

std::vector<BundlePath> LibraryGraph::needed_by(const BundlePath& path) const {
  std::set<BundlePath> paths;
  for (const LoadedObject& object : scope(path)) {
    if (object.facts == nullptr) continue;
    paths.insert(object.path);
    paths.insert(object.file);
    paths.insert(object.crossed.begin(), object.crossed.end());
  }
  paths.erase(path);
  return {paths.begin(), paths.end()};
}

}  // namespace lbundle::elf
