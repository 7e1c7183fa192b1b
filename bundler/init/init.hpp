// Looks at a handler's folder and writes its project file.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "init/found.hpp"
#include "init/written_files.hpp"

namespace lbundle::init {

struct InitRequest {
  HostPath folder;
  std::string function;  // of several that a description has; empty: the only one
  std::string handler;   // Lambda's Handler setting; empty: found
  std::string runtime;   // Lambda's Runtime setting; empty: found
  bool force = false;    // overwrites what init writes
};

struct InitResult {
  Found found;
  HostPath project_file;
  std::vector<std::pair<std::string, Text>> facts;  // what was found, by the words for it: "handler"
  std::vector<WrittenFile> written;
  std::vector<std::string> next;  // commands and sentences: what to do now
};

// Finds what the folder says about the function, and writes lbundle.toml, a skeleton of an event if there are
// no sample events, and lines for .gitignore. Nothing of the folder is run, and nothing is fetched. Throws
// Error if the project file is there and not `force`, if there are several functions and none is named, or if
// what the first build needs is missing. Then nothing is written.
InitResult init_project(const InitRequest& request);

}  // namespace lbundle::init
