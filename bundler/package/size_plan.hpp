// What to do about a package that is too large.
#pragma once

#include <vector>

#include "model/finding.hpp"
#include "package/package_sizes.hpp"

namespace lbundle {

// Notes of code "plan", one for each step, the safest kind of step first and of a kind the largest gain
// first; each names the package, what it gives, and the setting of lbundle.toml that takes it. About the ten
// largest packages alone. `zipped_counts`: the zip is too large, and not what it unpacks to.
Findings size_plan(const std::vector<SizedFile>& files, const Distributions& owners, bool zipped_counts);

}  // namespace lbundle
