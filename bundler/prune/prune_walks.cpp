// The problem: a look at a file says that its existence matters, but code that makes a list of all that is
// there looks at everything. botocore looks at the descriptions of all services (13 MB) and opens one of
// them. A framework asks of everything in node_modules whether it is a folder.
//
// The idea: code that wants one file looks at it by its name. Code that walks lists a folder first, and then
// looks at all that the folder holds, also at what no resolver of modules asks for (README, LICENSE). So a
// folder is walked only if no entry was left out. Files with the same name in many subfolders are looked at
// by a walk that goes down; a single program in a subfolder is looked at by its name.
//
// Rejected: a limit of bytes. It drops a program of 14 MB whose existence a library checks, and keeps a walk
// over small files.
#include "prune/prune_walks.hpp"

#include <algorithm>

#include "model/path_range.hpp"

namespace lbundle {

namespace {

struct Folder {
  std::set<BundlePath> files, folders;  // the entries
  bool has_python = false, has_javascript = false;
};

Folder read_folder(const FileSet& files, const BundlePath& folder) {
  static const std::set<std::string, std::less<>> python{".py", ".pyc", ".so"};
  static const std::set<std::string, std::less<>> javascript{".js", ".mjs", ".cjs", ".node"};
  Folder result;
  const auto start = folder.is_root() ? 0 : folder.bytes().size() + 1;
  for (const auto& [path, node] : files.below(folder)) {
    if (const auto slash = path.bytes().find('/', start); slash != std::string::npos) {
      result.folders.insert(BundlePath(path.bytes().substr(0, slash)));
      continue;
    }
    result.files.insert(path);
    result.has_python = result.has_python || python.contains(path.extension());
    result.has_javascript =
        result.has_javascript || javascript.contains(path.extension()) || path.name() == "package.json";
  }
  return result;
}

bool is_used(AccessKind kind) {
  return kind == AccessKind::opened || kind == AccessKind::executed || kind == AccessKind::mapped ||
         kind == AccessKind::written || kind == AccessKind::readlink;
}

void add_to(EventView& view, const FileSet& files, const BundlePath& asked, const BundlePath& target,
            AccessKind kind) {
  for (auto path = asked; !path.is_root(); path = path.parent()) {
    if (!view.touched.insert(path).second) break;
    view.entered.insert(path.parent());
  }
  if (files.contains(target)) {
    if (is_used(kind)) view.opened.insert(target);
    if (kind == AccessKind::stat) view.looked.insert(target);
  } else if (kind == AccessKind::listed) {
    view.listed.insert(target);
    view.entered.insert(target);
  }
}

// The walks of one event. Folders are judged from the root down.
class Judge {
 public:
  Judge(const FileSet& files, const EventView& view) : files_(files), view_(view) {}

  Walks result() {
    for (const auto& path : view_.listed) judge(path);
    return std::move(walks_);
  }

 private:
  void judge(const BundlePath& path) {
    const auto folder = read_folder(files_, path);
    const auto is_touched = [&](const BundlePath& entry) { return view_.touched.contains(entry); };
    if (folder.has_python || !std::ranges::all_of(folder.files, is_touched) ||
        !std::ranges::all_of(folder.folders, is_touched))
      return;
    const auto only_looked = std::ranges::count_if(
        folder.files, [&](const BundlePath& entry) { return view_.looked.contains(entry); });
    const bool nothing_used = std::ranges::none_of(folder.files, [&](const BundlePath& entry) {
      return view_.opened.contains(entry) && entry.name() != "package.json";
    });
    const bool is_passed = nothing_used && ((folder.has_javascript && only_looked >= 2) ||
                                            (!path.is_root() && walks_.passed.contains(path.parent())));
    if (is_passed) walks_.passed.insert(path);
    if (is_passed || only_looked >= 2)
      for (const auto& file : folder.files) add(file);
    if (folder.folders.size() >= 2 && std::ranges::all_of(folder.folders, [&](const BundlePath& entry) {
          return view_.entered.contains(entry);
        }))
      add_alike(folder);
  }

  void add(const BundlePath& file) {
    if (view_.opened.contains(file)) return;
    walks_.alike.insert(file);
    if (view_.looked.contains(file)) walks_.files.insert(file);
  }

  // Adds the files below the folders of a walked folder that have the same name in at least two of them.
  void add_alike(const Folder& folder) {
    std::map<std::string_view, std::set<BundlePath>> places;
    for (const auto& entry : folder.folders)
      for (const auto& file : paths_below(view_.looked, entry)) places[file.name()].insert(entry);
    for (const auto& entry : folder.folders) {
      for (const auto& [file, node] : files_.below(entry)) {
        const auto found = places.find(file.name());
        if (found != places.end() && found->second.size() >= 2) add(file);
      }
    }
  }

  const FileSet& files_;
  const EventView& view_;
  Walks walks_;
};

}  // namespace

std::map<std::string, EventView> views_of(const FileSet& files, const Evidence& evidence) {
  std::map<std::string, EventView> views;
  for (const auto& [path, kinds] : evidence) {
    const auto target = files.follow(path);
    for (const auto& [kind, events] : kinds)
      for (const auto& event : events) add_to(views[event], files, path, target.value_or(path), kind);
  }
  for (auto& [event, view] : views)
    std::erase_if(view.looked, [&opened = view.opened](const auto& path) { return opened.contains(path); });
  return views;
}

Walks walks_of(const FileSet& files, const EventView& view) {
  return Judge(files, view).result();
}

}  // namespace lbundle
