// The same values for scripts. One object each, schema 1: keys may be added, none is ever renamed. Sizes are
// bytes, times seconds rounded to milliseconds.
#pragma once

#include <string>

#include "json/json.hpp"
#include "report/build_report.hpp"
#include "report/why_report.hpp"

namespace lbundle {

// What `lbundle build --format json` prints, indented, with a final newline, as all of these.
std::string build_json(const BuildReport& report);
std::string check_json(const ZipReport& report);
std::string verify_json(const ZipReport& report);
std::string why_json(const WhyAnswer& answer);

// The list under "findings", the same in every object.
Json findings_json(const Findings& findings);

}  // namespace lbundle
