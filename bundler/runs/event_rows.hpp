// What is told of events and compression levels, for reports and commands alike.
#pragma once

#include "project/project.hpp"
#include "report/build_report.hpp"
#include "runs/verify.hpp"
#include "zip/deflate.hpp"

namespace lbundle {

std::vector<EventRow> event_rows(const std::vector<EventVerdict>& verdicts);
// Medians of the import of the handler's module.
ColdStart cold_start_of(const std::vector<EventVerdict>& verdicts);

zip::Level zip_level(PackLevel level);

}  // namespace lbundle
