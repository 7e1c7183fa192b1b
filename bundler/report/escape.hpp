// Names can be any bytes. These functions make them harmless in a terminal, in HTML and in a script.
#pragma once

#include <string>
#include <string_view>

namespace lbundle {

// True for well-formed UTF-8 (RFC 3629): no overlong form, no surrogate, nothing above U+10FFFF.
bool is_utf8(std::string_view bytes);

// Text for a terminal, all on one line. Control characters, which could move the cursor or rename the window,
// and bytes that are not UTF-8 become "\x1b" and the like.
std::string printable(std::string_view bytes);

// The same for text of several lines: line feeds and tabs stay. The middle of a line of more than 2,000 bytes
// is left out.
std::string printable_lines(std::string_view bytes);

// Text for HTML and for quoted attributes: & < > " ' become references. It is also made printable, as
// `printable` does.
std::string html_text(std::string_view bytes);

// JSON text that may be put inside <script>. Every '<' becomes its \u escape, so neither "</script>" nor
// "<!--" can appear.
std::string script_safe_json(std::string_view json);

}  // namespace lbundle
