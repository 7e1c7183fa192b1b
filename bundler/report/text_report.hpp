// What a run prints at its end, for a terminal: everything that decides whether the result can be deployed,
// in the order of a user's questions. It is short if all is well.
#pragma once

#include <string>

#include "report/build_report.hpp"
#include "report/terminal.hpp"

namespace lbundle {

// The end of `lbundle build`: sizes after each stage, largest packages, limits, events, cold start, findings,
// and the paths of the zip, the manifest and the page. Ends with a newline, as all of these do.
std::string build_text(const BuildReport& report, const TextStyle& style);

// The end of `lbundle check`.
std::string check_text(const ZipReport& report, const TextStyle& style);

// The end of `lbundle verify`.
std::string verify_text(const ZipReport& report, const TextStyle& style);

// Only the findings, errors first, each with its hint. Empty if there are none.
std::string findings_text(const Findings& findings, const TextStyle& style);

}  // namespace lbundle
