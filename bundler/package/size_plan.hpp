// Suggests what to do about a package that is too large.
#pragma once

#include <vector>

#include "model/finding.hpp"
#include "package/package_sizes.hpp"

namespace lbundle {

// Returns notes of code "plan", one for each step. The safest kind of step comes first, and within a kind the
// largest gain. Each note names the package, what the step saves, and the setting of lbundle.toml for it.
// Only the ten largest packages are looked at. `zipped_counts`: true if the zip is too large, false if its
// unpacked content is.
Findings size_plan(const std::vector<SizedFile>& files, const Distributions& owners, bool zipped_counts);

}  // namespace lbundle
