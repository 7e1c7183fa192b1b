// Which files a project says are none of its own: .gitignore, and .lbundleignore in the same syntax.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/glob.hpp"
#include "model/host_path.hpp"

namespace lbundle {

// The lines of ignore files, in the order in which they are read; the last one that matches decides. Source:
// gitignore(5).
class IgnoreRules {
 public:
  // Adds the lines of `text`, which speak of what is below `folder`. A line that is no pattern is passed
  // over, as git does.
  void add(const HostPath& folder, std::string_view text);
  // Adds `folder`'s .gitignore and then its .lbundleignore, where they are.
  void add_files_of(const HostPath& folder);

  // `path` is absolute. What lies in an ignored folder is ignored as well: do not descend into one.
  bool ignores(const HostPath& path, bool is_folder) const;

 private:
  struct Line {
    std::string base;  // of the paths that it speaks of, with a final slash
    Glob glob;
    bool keeps = false;         // "!pattern"
    bool only_folders = false;  // "pattern/"
  };
  std::vector<Line> lines_;
};

}  // namespace lbundle
