// Suggests which release to install if a wheel does not fit.
#pragma once

#include "cache/store.hpp"
#include "model/distribution.hpp"
#include "model/finding.hpp"
#include "project/project.hpp"
#include "python/interpreter.hpp"

namespace lbundle {

// Returns `findings`, the result of judge_abi, with better hints. If another wheel of its distribution may
// fix an error, the hint names the nearest release that has such a wheel, if pip's index knows one. The index
// is asked only if there is such an error, and once for each distribution.
Findings with_fitting_releases(Findings findings, const Distributions& owners, const Function& function,
                               const Interpreter& interpreter, const Store& store);

}  // namespace lbundle
