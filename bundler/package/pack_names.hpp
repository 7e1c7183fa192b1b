// Finds names in one zip that some file system cannot hold beside each other.
#pragma once

#include <string>
#include <vector>

#include "model/finding.hpp"

namespace lbundle {

// "name-twice" (error) for equal names, "name-below-file" (error) for a file with another name below it,
// "name-collision" (warning) for names that differ only by case or by Unicode's normal form, folders on the
// way included. At most ten of each are named, and the rest is counted. `names` may be in any order; those of
// folders end with '/'.
Findings judge_names(const std::vector<std::string>& names);

}  // namespace lbundle
