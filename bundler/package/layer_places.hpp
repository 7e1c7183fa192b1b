// Judges whether a layer's files are where runtimes look for them.
#pragma once

#include "model/finding.hpp"
#include "package/package_use.hpp"

namespace lbundle {

// Judges a layer for `use.runtime`; without a runtime, for any runtime that lbundle knows. An error of the
// code layer-place if packages are outside of the folders that the interpreter searches, or only in those of
// another version; the hint says where they belong. A warning for libraries that the loader does not search,
// and a note for a layer without anything that a runtime searches.
Findings judge_layer_places(const PackageFiles& package, const PackageUse& use);

}  // namespace lbundle
