// Names in one zip that some file system cannot hold beside each other.
#pragma once

#include <string>
#include <vector>

#include "model/finding.hpp"

namespace lbundle {

// "name-twice" (error) for equal names, "name-below-file" (error) for a name below another that is no folder,
// "name-collision" (warning) for names that differ by case or normal form alone, folders on the way included.
// `names` need no order; those of folders end with '/'.
Findings judge_names(const std::vector<std::string>& names);

}  // namespace lbundle
