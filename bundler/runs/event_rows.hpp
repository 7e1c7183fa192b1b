// The events' rows of a report.
#pragma once

#include "report/build_report.hpp"
#include "runs/verify.hpp"

namespace lbundle {

std::vector<EventRow> event_rows(const std::vector<EventVerdict>& verdicts);
// Medians over the events of the time that the import of the handler's module took.
ColdStart cold_start_of(const std::vector<EventVerdict>& verdicts);

}  // namespace lbundle
