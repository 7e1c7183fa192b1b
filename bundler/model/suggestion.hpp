// Spelling: the known name that was probably meant.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace lbundle {

// Edits between two names: a letter added, left out or exchanged, or two neighbours swapped, each counting 1
// (Damerau and Levenshtein's distance in its restricted form: no letter is edited twice). By bytes, upper and
// lower case alike.
std::size_t spelling_distance(std::string_view a, std::string_view b);

// The nearest of `known`, the first of equals; empty where none is near enough to have been meant: more than
// a third of the longer name's letters would have to change.
std::string nearest_name(std::string_view name, std::span<const std::string_view> known);

}  // namespace lbundle
