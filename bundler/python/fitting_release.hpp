// Which other release of a distribution has a wheel for a runtime.
#pragma once

#include <optional>
#include <string>

#include "cache/store.hpp"
#include "project/project.hpp"
#include "python/interpreter.hpp"

namespace lbundle {

// The version of the nearest release of `name` before `version` that has a wheel for the function's runtime
// and architecture, or of the newest after it, as pip's indexes tell. nullopt where there is none and where
// no index answers: it is a hint, and nothing fails for want of it. Asks the index; takes a second.
std::optional<std::string> fitting_release(const Function& function, const Interpreter& interpreter,
                                           const Store& store, const std::string& name,
                                           const std::string& version);

// The same as words: "rasterio 1.3.9 has a wheel for it", or, where only a later runtime's glibc will do,
// "rasterio 1.4.3 has a wheel for python3.12"; empty where there is neither.
std::string words_on_fitting_release(const Function& function, const Interpreter& interpreter,
                                     const Store& store, const std::string& name, const std::string& version);

}  // namespace lbundle
