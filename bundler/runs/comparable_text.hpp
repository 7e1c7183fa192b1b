// Texts without what differs between a staged tree and a bundle of it although nothing is wrong.
#pragma once

#include <string>
#include <string_view>

namespace lbundle {

// Returns `text` without the source lines of Python's tracebacks, without the line numbers of generated code,
// and without the addresses of objects. Two texts are alike if their results are equal. A text without any of
// these is returned as it is.
//
// A traceback is known by its form: `File "PATH", line N` on a line of its own, and below it, indented
// further, lines of source. Generated code has a path in angle brackets, such as "<string>". An address is
// known by its place: `<… at 0x7f…>`. Tracebacks may be inside string literals of JSON, also of JSON in
// strings of JSON.
std::string comparable_text(std::string_view text);

// Returns the last line of a traceback that is somewhere in a log, such as "ValueError: no such thing", or
// "a traceback" if the log has only its frames. Also knows stacks of Node.js. Empty if there is none.
std::string logged_failure(std::string_view log);

}  // namespace lbundle
