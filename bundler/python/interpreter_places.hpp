// The folders in which interpreters are that may not be in PATH.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/host_path.hpp"

namespace lbundle {

// Returns the folders that may hold a `python3.13` for the minor version `minor` ("3.13"), in the order in
// which they are asked. They are the system's (deadsnakes' packages are there too), those of AWS's images, of
// manylinux's and musllinux's images, and of pyenv, uv, mise and asdf. `environment` gives HOME and the
// variables that move these folders. `root` is the folder in place of "/", for tests. Builds without the
// global interpreter lock are left out, because Lambda has none.
std::vector<HostPath> usual_python_folders(const std::string& minor,
                                           const std::map<std::string, std::string>& environment,
                                           const HostPath& root = "/");

}  // namespace lbundle
