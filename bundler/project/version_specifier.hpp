// Versions of Python packages, in the order that PEP 440 gives them.
//
// Written here and not left to Python's `packaging`: rules are matched in every build, and a build that has
// everything in the cache starts no Python. The part of PEP 440 that rules need is small: see
// version_matches.
#pragma once

#include <compare>
#include <string_view>

namespace lbundle {

// Which of two versions is the later: "1.10" > "1.9" = "1.9.0" > "1.9rc1". A local part ("+cu118") is left
// out of account, and what is no version sorts before all that are.
std::weak_ordering compare_versions(std::string_view a, std::string_view b);

// True where `specifier` is one that version_matches understands: clauses (>= <= > < == != ~=) with commas
// between, "==" and "!=" also with a final ".*". The empty one, for all versions, is understood too.
bool is_version_specifier(std::string_view specifier);

// True where `version` satisfies every clause. An epoch or an arbitrary "===" is not supported; the rules
// need neither.
bool version_matches(std::string_view version, std::string_view specifier);

}  // namespace lbundle
