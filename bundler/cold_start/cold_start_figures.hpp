// The figures of a cold start: computed from answers, and as text for the cache.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "report/build_report.hpp"
#include "sandbox/sandbox.hpp"

namespace lbundle {

// The median of each figure, taken separately. For an even number of answers it is the higher of the middle
// two; without answers all figures are zero. Answers do not say how many files were opened, so that figure is
// not set.
ColdStartSide medians_of(const std::vector<Answer>& answers);

// One line of JSON.
std::string to_record(const ColdStart& start);
// Returns nothing if to_record of this version did not write `record`.
std::optional<ColdStart> cold_start_from_record(std::string_view record);

}  // namespace lbundle
