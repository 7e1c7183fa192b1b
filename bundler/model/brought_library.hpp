// A library of the system that staging put into the tree because the runtime lacks it.
#pragma once

#include <string>
#include <vector>

#include "model/bundle_path.hpp"
#include "model/digest.hpp"
#include "model/host_path.hpp"

namespace lbundle {

struct BroughtLibrary {
  std::string name;                    // of its recipe, rules/system-libraries/NAME.toml
  std::string version;                 // as its source numbers it: "2.7.1", "2.5.0-1+deb12u2"
  std::vector<BundlePath> libraries;   // in the tree, named as the loader asks for them
  std::vector<BundlePath> others;      // its data and its licence, which go where the libraries go
  std::vector<std::string> opened_by;  // distributions that open it by name at run time
  bool named_by_user = false;          // stands in [stage] system_libraries
  std::vector<std::pair<HostPath, Digest>> copied;  // files of this machine that it was copied from
};

}  // namespace lbundle
