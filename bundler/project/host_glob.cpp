#include "project/host_glob.hpp"

#include <algorithm>
#include <limits>
#include <string>

#include "model/glob.hpp"
#include "project/folder_links.hpp"

namespace lbundle {

namespace {

class Search {
 public:
  Search(HostPath project, const Glob& glob)
      : project_(std::move(project)), for_links_(folder_of_links(project_)), glob_(glob) {}

  GlobSearch below(const HostPath& base) {
    const auto& pattern = glob_.pattern();
    const bool any_depth = pattern.find("**") != std::string::npos || pattern.ends_with('/');
    depth_ = any_depth ? std::numeric_limits<std::ptrdiff_t>::max() : std::ranges::count(pattern, '/');
    base_ = base;
    collect(base, "");
    std::ranges::sort(found_.files, {}, [](const HostPath& path) { return path.string(); });
    std::ranges::sort(found_.dangling, {}, [](const HostPath& path) { return path.string(); });
    return std::move(found_);
  }

 private:
  // True if a path that begins with `below` can match. A pattern without "**" matches at one depth alone.
  bool may_match(const std::string& below) const {
    if (std::ranges::count(below, '/') > depth_) return false;
    const auto& head = glob_.literal_prefix();
    return below.size() < head.size() ? head.starts_with(below) : below.starts_with(head);
  }

  void collect(const HostPath& folder, const std::string& prefix) {
    boost::system::error_code ignored;
    const auto real = fs::canonical(folder, ignored);
    open_.push_back(real);
    for (fs::directory_iterator entry(folder, ignored), end; entry != end; entry.increment(ignored))
      visit(*entry, prefix + entry->path().filename().string());
    open_.pop_back();
  }

  void visit(const fs::directory_entry& entry, const std::string& path) {
    boost::system::error_code ignored;
    const auto status = fs::status(entry.path(), ignored);
    const bool is_link = fs::is_symlink(entry.symlink_status(ignored));
    if (fs::is_regular_file(status) && glob_.matches(path)) {
      add(entry.path(), path);
    } else if (fs::is_regular_file(status) && may_match(path + '/')) {
      enter_text(entry.path(), path);
    }
    const auto name = entry.path().filename();
    if (name == ".lbundle" || name == ".git" || !(glob_.matches(path) || may_match(path + '/'))) return;
    if (is_link && !fs::exists(status)) found_.dangling.push_back(entry.path());
    if (!fs::is_directory(status)) return;
    if (!may_match(path + '/')) return;
    if (is_link) {
      const auto fate = fate_of_link(entry.path(), for_links_, open_);
      if (fate == LinkFate::goes_round) return;
      if (fate == LinkFate::leaves) throw link_leaves(entry.path(), project_);
    }
    collect(entry.path(), path + '/');
  }

  void add(const HostPath& file, const std::string& path) {
    const auto shown = base_ / path;
    if (shown != file) found_.real.emplace(shown, file);
    found_.files.push_back(shown);
  }

  void enter_text(const HostPath& file, const std::string& path) {
    const auto folder = folder_of_link_text(file);
    if (folder.empty() || fate_of_link(folder, for_links_, open_) != LinkFate::enter) return;
    found_.texts.push_back(file);
    collect(folder, path + '/');
  }

  const HostPath project_, for_links_;
  HostPath base_;
  std::ptrdiff_t depth_ = 0;  // of the deepest folder that can hold a match
  const Glob& glob_;
  std::vector<HostPath> open_;
  GlobSearch found_;
};

}  // namespace

GlobSearch search_files(const HostPath& folder, std::string_view pattern) {
  auto base = folder;
  while (pattern.starts_with("./") || pattern.starts_with("../")) {
    const auto slash = pattern.find('/');
    if (slash == 2) base = base.parent_path();
    pattern.remove_prefix(slash + 1);
  }
  const Glob glob(pattern);
  return Search(folder, glob).below(base);
}

std::vector<HostPath> files_matching(const HostPath& folder, std::string_view pattern) {
  auto search = search_files(folder, pattern);
  for (auto& file : search.files)
    if (const auto real = search.real.find(file); real != search.real.end()) file = real->second;
  return std::move(search.files);
}

bool matches_any(std::string_view path, const std::vector<std::string>& patterns) {
  return std::ranges::any_of(patterns, [&](const auto& pattern) { return Glob(pattern).matches(path); });
}

}  // namespace lbundle
