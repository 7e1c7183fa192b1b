// Makes a report's rows about the events.
#pragma once

#include "report/build_report.hpp"
#include "runs/trace.hpp"
#include "runs/verify.hpp"

namespace lbundle {

// Returns a row for each verdict, in the same order, which is that of `events`. `unshrunk` are all answers of
// the unshrunk tree, event by event.
std::vector<EventRow> event_rows(const std::vector<EventVerdict>& verdicts, const std::vector<Event>& events,
                                 const AnswersOfRuns& unshrunk);
// Returns how long the import of the handler's module took, unshrunk and in the bundle: medians over the
// events.
ColdStart cold_start_of(const std::vector<EventVerdict>& verdicts);

}  // namespace lbundle
