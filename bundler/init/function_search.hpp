// Collects all that is known about one function.
#pragma once

#include <functional>

#include "init/found.hpp"
#include "init/init.hpp"

namespace lbundle::init {

// What the folder `root` (canonical) shows about the function that `request` means. As soon as the folder of
// the project file is known, `check_folder` is called with it; it may throw. Throws Error if there is no
// handler, or none that is clearly the likeliest.
Found search_function(const InitRequest& request, const HostPath& root,
                      const std::function<void(const HostPath&)>& check_folder);

}  // namespace lbundle::init
