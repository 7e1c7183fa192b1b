// Reads entry_points.txt of an installed distribution.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lbundle {

struct EntryPoint {
  std::string group;   // "xarray.backends"
  std::string module;  // the module that it loads, without the object in it: "pkg.plugin"
};

// Returns the entry points that code can look up, in the order of `text`. The scripts' groups are left out,
// because only installers read them. Source: the PyPA's entry points specification, "File format".
std::vector<EntryPoint> entry_points_in(std::string_view text);

}  // namespace lbundle
