// What a run says at its end, for a terminal: everything that decides whether the result can be deployed, in
// the order in which a user asks, and calm where all is well.
#pragma once

#include <string>

#include "report/build_report.hpp"
#include "report/terminal.hpp"

namespace lbundle {

// The end of `lbundle build`: sizes after each stage, largest packages, limits, events, cold start, findings,
// and where the zip, the manifest and the page lie. Ends with a newline, as all of these do.
std::string build_text(const BuildReport& report, const TextStyle& style);

// The end of `lbundle check`.
std::string check_text(const ZipReport& report, const TextStyle& style);

// The end of `lbundle verify`.
std::string verify_text(const ZipReport& report, const TextStyle& style);

// Findings alone, errors first, each with its hint; empty where there is none.
std::string findings_text(const Findings& findings, const TextStyle& style);

}  // namespace lbundle
