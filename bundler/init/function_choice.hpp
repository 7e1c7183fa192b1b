// Which function a project file is for, and in which folder it goes.
#pragma once

#include <string>
#include <vector>

#include "init/found.hpp"

namespace lbundle::init {

struct ChosenFunction {
  Described described;
  HostPath folder;  // of its project file
};

// The function of that name, or the only one. Of no descriptions: an empty one, whose code is `folder`. The
// project file goes into `folder`. If a description has several functions, each has a folder of its own: that
// of its code, if it is no other function's, or else lbundle/NAME. Throws Error (wrong_usage) with the names
// of all functions if there are several and none is named, or if no function has the name.
ChosenFunction choose_function(const std::vector<Described>& functions, const std::string& name,
                               const HostPath& folder);

// The name as Lambda accepts it: up to 64 letters, digits, "-" and "_".
std::string function_name(const std::string& text);

}  // namespace lbundle::init
