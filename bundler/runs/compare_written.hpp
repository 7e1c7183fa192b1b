// Compares what events wrote to services of a known kind, and says it in lines for reports.
#pragma once

#include <string>
#include <vector>

namespace lbundle {

// Returns one line for each difference between what the bundle wrote and what the unshrunk runs wrote; none
// if it is the same. All texts are those of Answer::written. Parts that differ between the unshrunk runs are
// left out, and parts at or below the JSON pointers of `ignored`. Names that differ between the unshrunk
// runs, such as keys with a UUID or a time, are compared without their digits.
std::vector<std::string> written_differences(const std::vector<std::string>& unshrunk,
                                             const std::string& bundle,
                                             const std::vector<std::string>& ignored);

// Returns what was written in lines, each shortened: "aws s3 my-bucket/key: {\"total\":3}".
std::vector<std::string> written_lines(const std::string& written);

}  // namespace lbundle
