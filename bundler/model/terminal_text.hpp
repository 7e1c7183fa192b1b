// Names and messages can be any bytes. These functions make them harmless in a terminal.
#pragma once

#include <string>
#include <string_view>

namespace lbundle {

// True for well-formed UTF-8 (RFC 3629): no overlong form, no surrogate, nothing above U+10FFFF.
bool is_utf8(std::string_view bytes);

// Text for a terminal, all on one line. Control characters, which could move the cursor or rename the window,
// and bytes that are not UTF-8 become "\x1b" and the like.
std::string printable(std::string_view bytes);

// As `printable`, but line breaks and tabs stay.
std::string terminal_text(std::string_view bytes);

// As `terminal_text`, and the middle of a line of more than 2,000 bytes is left out.
std::string printable_lines(std::string_view bytes);

}  // namespace lbundle
