// The log on stderr: what is done and what is worth knowing while it is done. Results go to stdout,
// elsewhere.
#pragma once

#include <string_view>

namespace lbundle {

enum class LogLevel { quiet, normal, verbose };

void set_log_level(LogLevel level);
// As log_step, without an end of the line: the next one continues it.
void log_unfinished(std::string_view text);
void log_step(std::string_view text);    // normal: a stage begins, something long ends
void log_detail(std::string_view text);  // verbose: what a maintainer would ask for
void log_warning(std::string_view text);

}  // namespace lbundle
