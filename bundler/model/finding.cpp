#include "model/finding.hpp"

#include <algorithm>

namespace lbundle {

const char* to_text(Severity severity) {
  switch (severity) {
    case Severity::note:
      return "note";
    case Severity::warning:
      return "warning";
    case Severity::error:
      return "error";
  }
  return "";
}

bool has_error(const Findings& findings) {
  return std::ranges::any_of(findings, [](const Finding& f) { return f.severity == Severity::error; });
}

bool has_code(const Findings& findings, const std::string& code) {
  return std::ranges::any_of(findings, [&](const Finding& f) { return f.code == code; });
}

void append(Findings& findings, const Findings& more) {
  findings.insert(findings.end(), more.begin(), more.end());
}

}  // namespace lbundle
