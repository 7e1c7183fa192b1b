// Turns the files that the own code reaches into the globs of `source`.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "init/found.hpp"
#include "init/handler_search.hpp"

namespace lbundle::init {

// Files and whole folders, by their paths relative to the bundle's root, in the order in which they were
// reached. Each has the reason why the first file of its folder at the top was reached.
class ReachedFiles {
 public:
  // Both return false if the path was added before.
  bool add_file(const std::string& path, const std::string& why);
  bool add_folder(const std::string& path, const std::string& why);

  // What goes into `source`: a file alone, or for several files of one folder at the top the deepest folder
  // that has them all; and what the language reads in addition: __init__.py of packages above a module, and
  // the package.json that Node.js asks how to load a module.
  std::vector<OwnPart> parts(const Handler& handler) const;

 private:
  struct Folder {
    std::set<std::string> files, whole;
  };

  std::vector<std::pair<std::string, std::string>> order_;  // names at the top, with reasons
  std::map<std::string, Folder> folders_;                   // by their names at the top
  std::set<std::string> files_;
};

}  // namespace lbundle::init
