// Something the user asked us to judge: collected, all of it printed, never thrown.
#pragma once

#include <string>
#include <vector>

namespace lbundle {

enum class Severity { note, warning, error };

struct Finding {
  Severity severity = Severity::note;
  std::string code;     // stable, for scripts: "secret-file", "zip-too-large"
  std::string path;     // the file it is about, inside the bundle or on the host; empty for the whole
  std::string message;  // one sentence without a full stop
  std::string hint;     // the way out; may be empty
};

using Findings = std::vector<Finding>;

const char* to_text(Severity severity);
// True where one of them is an error: the judgement is bad, the exit status 1.
bool has_error(const Findings& findings);

}  // namespace lbundle
