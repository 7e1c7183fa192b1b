// Something that the user asked lbundle to judge. Findings are collected and all printed, never thrown.
#pragma once

#include <string>
#include <vector>

namespace lbundle {

enum class Severity { note, warning, error };

struct Finding {
  Severity severity = Severity::note;
  std::string code;     // stable, for scripts: "secret-file", "zip-too-large"
  std::string path;     // the file that it is about, in the bundle or on the host; empty for the whole
  std::string message;  // one sentence without a full stop
  std::string hint;     // what the user can do; may be empty
};

using Findings = std::vector<Finding>;

const char* to_text(Severity severity);
// True if one of the findings is an error. Then the exit status is 1.
bool has_error(const Findings& findings);
// True if one of the findings has this code.
bool has_code(const Findings& findings, const std::string& code);
// Adds `more` at the end of `findings`.
void append(Findings& findings, const Findings& more);

}  // namespace lbundle
