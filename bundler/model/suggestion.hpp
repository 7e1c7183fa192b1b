// Suggestions for misspelt names: the known name that was probably meant.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace lbundle {

// The number of edits between two names. An edit adds, removes or replaces a letter, or swaps two neighbours.
// This is the Damerau-Levenshtein distance in its restricted form: no letter is edited twice. Names are
// compared as bytes, ignoring case.
std::size_t spelling_distance(std::string_view a, std::string_view b);

// The name in `known` with the smallest distance from `name`, the first if several are equal. Empty if none
// is near enough to be meant: more edits than a third of the longer name's letters, rounded up.
std::string nearest_name(std::string_view name, std::span<const std::string_view> known);

}  // namespace lbundle
