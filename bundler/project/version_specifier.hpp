// Versions of Python packages, in the order of PEP 440.
//
// This is not left to Python's `packaging`: rules are matched in every build, and a build that has everything
// in the cache starts no Python. The part of PEP 440 that rules need is small: see version_matches.
#pragma once

#include <compare>
#include <string_view>

namespace lbundle {

// Compares two versions: "1.10" > "1.9" = "1.9.0" > "1.9rc1". A local part ("+cu118") is ignored. Text that
// is not a version sorts before all versions.
std::weak_ordering compare_versions(std::string_view a, std::string_view b);

// True if version_matches understands `specifier`: clauses (>= <= > < == != ~=) with commas between them,
// where the version after "==" and "!=" may end in ".*". An empty specifier is understood too and means all
// versions.
bool is_version_specifier(std::string_view specifier);

// True if `version` satisfies every clause. Epochs and "===" are not supported, because the rules need
// neither.
bool version_matches(std::string_view version, std::string_view specifier);

}  // namespace lbundle
