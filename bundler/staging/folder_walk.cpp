#include "staging/folder_walk.hpp"

#include <algorithm>

#include "model/error.hpp"
#include "os/interrupt.hpp"
#include "project/folder_links.hpp"
#include "project/own_file_rules.hpp"
#include "staging/ignore_rules.hpp"

namespace lbundle {

namespace {

// Returns the ignore rules of `folder` and of the folders above it, up to the repository's folder.
IgnoreRules rules_above(const HostPath& folder) {
  std::vector<HostPath> above;
  boost::system::error_code ignored;
  for (auto at = folder; !at.empty(); at = at.parent_path()) {
    above.push_back(at);
    if (fs::exists(at / ".git", ignored)) break;
    // Without a repository, only the project's own folder counts.
    if (at == at.root_path()) above = {folder};
  }
  IgnoreRules rules;
  for (auto at = above.rbegin(); at != above.rend(); ++at) rules.add_files_of(*at);
  return rules;
}

// Walks a folder and leaves out what ignore files and `excluded` name.
class FolderWalk {
 public:
  // Links that cannot be followed are errors, unless `leave_out_odd`.
  FolderWalk(HostPath root, HostPath project, std::set<HostPath> excluded, std::vector<LeftOut>* left_out,
             bool leave_out_odd = false)
      : leave_out_odd_(leave_out_odd),
        root_(std::move(root)),
        project_(std::move(project)),
        for_links_(folder_of_links(project_)),
        excluded_(std::move(excluded)),
        rules_(rules_above(root_)),
        left_out_(left_out) {}

  // The files by their paths below the root.
  OwnFiles files() {
    descend(root_);
    return std::move(files_);
  }

 private:
  void descend(const HostPath& folder) {
    check_interrupt();
    if (folder != root_) rules_.add_files_of(folder);
    open_.push_back(fs::canonical(folder));
    std::vector<HostPath> entries;
    boost::system::error_code failure;
    for (fs::directory_iterator at(folder, failure), end; !failure && at != end; at.increment(failure)) {
      entries.push_back(at->path());
    }
    if (failure) throw system_error("read", folder.string(), failure.value());
    std::ranges::sort(entries);
    for (const auto& entry : entries) visit(entry);
    open_.pop_back();
  }

  void visit(const HostPath& path) {
    boost::system::error_code ignored;
    const bool is_link = fs::symlink_status(path, ignored).type() == fs::symlink_file;
    const bool is_folder = fs::is_directory(path, ignored);
    // For git, a link is a file, whatever it leads to.
    if (rules_.ignores(path, is_folder && !is_link)) return;
    if (excluded_.contains(path)) {
      leave_out(path, is_folder, "the project file has another use for it", true);
      return;
    }
    if (const auto* rule = own_file_rules().never_own(path.filename().string())) {
      leave_out(path, is_folder, rule->reason, rule->quiet);
      return;
    }
    if (!is_folder) {
      if (leave_out_odd_ && !fs::is_regular_file(path, ignored)) return;
      require_file(path);
      files_.emplace(BundlePath(path.lexically_relative(root_).string()), path);
      return;
    }
    if (fs::exists(path / "pyvenv.cfg", ignored)) {  // which marks a virtual environment
      leave_out(path, true, "installed packages, which `requirements` gives", false);
      return;
    }
    if (is_link) {
      const auto fate = fate_of_link(path, for_links_, open_);
      if (fate == LinkFate::goes_round || (leave_out_odd_ && fate == LinkFate::leaves)) return;
      if (fate == LinkFate::leaves) throw link_leaves(path, project_);
    }
    descend(path);
  }

  void leave_out(const HostPath& path, bool is_folder, const std::string& reason, bool quiet) {
    if (left_out_ == nullptr) return;
    left_out_->push_back(
        {path.lexically_relative(project_).string() + (is_folder ? "/" : ""), reason, quiet});
  }

  const bool leave_out_odd_;  // does not throw for links that cannot be followed
  const HostPath root_, project_, for_links_;
  const std::set<HostPath> excluded_;
  IgnoreRules rules_;
  std::vector<LeftOut>* left_out_;
  std::vector<HostPath> open_;
  OwnFiles files_;
};

}  // namespace

void require_file(const HostPath& path) {
  boost::system::error_code failure;
  const auto type = fs::status(path, failure).type();
  if (type == fs::regular_file) return;
  throw Error(
      "stage", path.string(),
      type == fs::file_not_found ? "the link leads to nothing" : "it is neither a file nor a link to one",
      "remove it, or name the files to bundle by `function.source`");
}

OwnFiles files_below(const HostPath& root, const HostPath& project, std::set<HostPath> excluded,
                     std::vector<LeftOut>* left_out) {
  return FolderWalk(root, project, std::move(excluded), left_out).files();
}

OwnFiles usable_files_below(const HostPath& root) {
  return FolderWalk(root, root, {}, nullptr, true).files();
}

}  // namespace lbundle
