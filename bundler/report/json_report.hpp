// Results as JSON, for scripts: one object each, schema 1. Keys may be added, but none is ever renamed. Sizes
// are in bytes; times are in seconds, rounded to milliseconds.
#pragma once

#include <string>

#include "json/json.hpp"
#include "report/build_report.hpp"
#include "report/why_report.hpp"

namespace lbundle {

// What `lbundle build --format json` prints: indented, with a final newline, as all of these are.
std::string build_json(const BuildReport& report);
std::string check_json(const ZipReport& report);
std::string verify_json(const ZipReport& report);
std::string why_json(const WhyAnswer& answer);

// The list under "findings". It has the same form in every object.
Json findings_json(const Findings& findings);

}  // namespace lbundle
