// What to install instead of what does not fit.
#pragma once

#include "cache/store.hpp"
#include "model/distribution.hpp"
#include "model/finding.hpp"
#include "project/project.hpp"
#include "python/interpreter.hpp"

namespace lbundle {

// The findings of judge_abi; the hint of an error that another wheel of its distribution may mend names the
// nearest release that has one, where pip's index knows one. Asks the index, once for each distribution, and
// only where there is such an error.
Findings with_fitting_releases(Findings findings, const Distributions& owners, const Function& function,
                               const Interpreter& interpreter, const Store& store);

}  // namespace lbundle
