// Which files a project excludes from its own files: by .gitignore, and by .lbundleignore in the same syntax.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/glob.hpp"
#include "model/host_path.hpp"

namespace lbundle {

// The lines of ignore files, in the order in which they were read. The last line that matches a path decides.
// Source: gitignore(5).
class IgnoreRules {
 public:
  // Adds the lines of `text`, which apply to paths below `folder`. A line that is not a valid pattern is
  // ignored, as in git.
  void add(const HostPath& folder, std::string_view text);
  // Adds the lines of `folder`'s .gitignore and then of its .lbundleignore, if these files exist.
  void add_files_of(const HostPath& folder);

  // True if `path`, which is absolute, is ignored by its own name. The folders above it are not looked at, so
  // do not descend into an ignored folder.
  bool ignores(const HostPath& path, bool is_folder) const;

 private:
  struct Line {
    std::string base;  // the folder that it applies to, with a final slash
    Glob glob;
    bool keeps = false;         // "!pattern"
    bool only_folders = false;  // "pattern/"
  };
  std::vector<Line> lines_;
};

}  // namespace lbundle
