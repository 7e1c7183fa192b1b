// A system library that staging put into the tree because the runtime lacks it.
#pragma once

#include <string>
#include <vector>

#include "model/bundle_path.hpp"
#include "model/digest.hpp"
#include "model/host_path.hpp"

namespace lbundle {

struct BroughtLibrary {
  std::string name;                    // of its recipe, or the library's own if it is a link to another's
  std::string version;                 // as its source writes it: "2.7.1", "2.5.0-1+deb12u2"
  std::vector<BundlePath> libraries;   // in the tree, under the names that the loader asks for
  std::vector<BundlePath> others;      // its data and its licence; kept or dropped with the libraries
  std::vector<std::string> opened_by;  // distributions that open it by name at run time
  bool named_by_user = false;          // it is listed in [stage] system_libraries
  std::vector<std::pair<HostPath, Digest>> copied;  // the files of this machine that were copied
};

}  // namespace lbundle
