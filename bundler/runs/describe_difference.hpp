// Says what differs between two values or two lines, around the first place where they differ.
#pragma once

#include <string>
#include <vector>

#include "json/json.hpp"

namespace lbundle {

// Returns the value's text, shortened to fit into a line of a report.
std::string excerpt(const Json& value);

// Returns one line for each difference below `pointer`, a JSON pointer at which `expected` and `got` differ:
// "/a: 3 instead of 1". A text that is JSON itself is taken apart, and of a long text only the surroundings
// of the first difference are shown.
std::vector<std::string> describe_difference(const std::string& pointer, const Json& expected,
                                             const Json& got);

// Says what is new in a line of a log: against the most similar line of `known`, if one is similar.
std::string describe_new_line(const std::string& line, const std::vector<std::string>& known);

}  // namespace lbundle
