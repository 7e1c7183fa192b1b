// Names can be any bytes. These functions make them harmless in HTML and in a script.
#pragma once

#include <string>
#include <string_view>

#include "model/terminal_text.hpp"

namespace lbundle {

// Text for HTML and for quoted attributes: & < > " ' become references. It is also made printable, as
// `printable` does.
std::string html_text(std::string_view bytes);

// JSON text that may be put inside <script>. Every '<' becomes its \u escape, so neither "</script>" nor
// "<!--" can appear.
std::string script_safe_json(std::string_view json);

}  // namespace lbundle
