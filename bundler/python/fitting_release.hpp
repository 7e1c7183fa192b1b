// Finds another release of a distribution that has a wheel for a runtime.
#pragma once

#include <optional>
#include <string>

#include "cache/store.hpp"
#include "project/project.hpp"
#include "python/interpreter.hpp"

namespace lbundle {

// Returns the version of the newest release of `name` before `version` that has a wheel for the function's
// runtime and architecture. If there is none, returns the newest release after `version` that has one. pip's
// indexes are asked, which takes a second. Returns nullopt if no release has such a wheel, or if no index
// answers: the result is only a hint, so its absence is no error.
std::optional<std::string> fitting_release(const Function& function, const Interpreter& interpreter,
                                           const Store& store, const std::string& name,
                                           const std::string& version);

// Returns the same as words: "rasterio 1.3.9 has a wheel for it". If only a runtime with a newer glibc has a
// wheel: "rasterio 1.4.3 has a wheel for python3.12". Empty if there is neither.
std::string words_on_fitting_release(const Function& function, const Interpreter& interpreter,
                                     const Store& store, const std::string& name, const std::string& version);

}  // namespace lbundle
