// entry_points.txt of an installed distribution.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lbundle {

struct EntryPoint {
  std::string group;   // "xarray.backends"
  std::string module;  // what it loads, less the object in it: "pkg.plugin"
};

// Those that code can look up, in the order of `text`: the scripts' groups, which installers read, are left
// out. Source: the PyPA's entry points specification, "File format".
std::vector<EntryPoint> entry_points_in(std::string_view text);

}  // namespace lbundle
