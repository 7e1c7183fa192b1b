// What an origin has of a system library.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/host_path.hpp"

namespace lbundle {

struct LibraryCopy {
  std::map<std::string, std::vector<HostPath>> libraries;  // by SONAME: the files of that name, best first
  std::map<std::string, HostPath> data;                    // by path in the bundle
  std::string version;                                     // empty if it is unknown
  std::string origin;       // for a sentence: "compiled from expat_2.7.1.orig.tar.gz by ziglang==0.15.2"
  std::string licence;      // its text; empty if none came with it
  bool of_machine = false;  // its files may change during the run
};

// A copy, or why there is none. No file is moved or removed for the rest of the run.
struct LibraryAnswer {
  std::optional<LibraryCopy> copy;
  std::string why_not;
  bool may_change = false;  // another try may succeed: the network or a tool was missing
};

}  // namespace lbundle
