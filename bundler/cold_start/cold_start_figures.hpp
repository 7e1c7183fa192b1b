// The figures of a cold start: from what processes told, and as text for the cache.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "report/build_report.hpp"
#include "sandbox/sandbox.hpp"

namespace lbundle {

// The median of each figure by itself, of an even number the higher of the middle two; zeros where there is
// no answer. How many files were opened is not in answers.
ColdStartSide medians_of(const std::vector<Answer>& answers);

// One line of JSON.
std::string to_record(const ColdStart& start);
// Nothing for a text that to_record of this version did not write.
std::optional<ColdStart> cold_start_from_record(std::string_view record);

}  // namespace lbundle
