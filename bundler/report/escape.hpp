// Names are bytes from anywhere; here they become harmless in a terminal, in HTML and in a script.
#pragma once

#include <string>
#include <string_view>

namespace lbundle {

// Well-formed UTF-8 (RFC 3629): no overlong form, no surrogate, nothing above U+10FFFF.
bool is_utf8(std::string_view bytes);

// For a terminal: control characters, which could move the cursor or rename the window, and bytes that are no
// UTF-8 become "\x1b". All on one line.
std::string printable(std::string_view bytes);

// For HTML text and quoted attributes: & < > " ' become references; what `printable` changes is changed as
// well.
std::string html_text(std::string_view bytes);

// JSON text that may stand inside <script>: every '<' becomes its \u escape, so that neither "</script>" nor
// "<!--" can arise.
std::string script_safe_json(std::string_view json);

}  // namespace lbundle
