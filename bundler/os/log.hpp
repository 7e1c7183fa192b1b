// The log on stderr: what lbundle is doing, and what is worth knowing meanwhile. Results go to stdout,
// not through this log.
#pragma once

#include <string_view>

namespace lbundle {

enum class LogLevel { quiet, normal, verbose };

void set_log_level(LogLevel level);
// Like log_step, but without a line feed, so that the next output continues the line.
void log_unfinished(std::string_view text);
void log_step(std::string_view text);    // normal: a stage begins, long work ends
void log_detail(std::string_view text);  // verbose: what a maintainer would ask for
void log_warning(std::string_view text);

}  // namespace lbundle
