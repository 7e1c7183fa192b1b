// The result of a check, for a pull request.
#pragma once

#include <string>

#include "report/build_report.hpp"

namespace lbundle {

// The result as GitHub's Markdown: the verdict, the limits, and the findings as a list, errors first. Ends
// with a newline.
std::string check_markdown(const ZipReport& report);

// Escapes a text for a table cell or a list item, so that no character of it is markup.
std::string markdown_text(std::string_view text);

}  // namespace lbundle
