// What a check says, for a pull request.
#pragma once

#include <string>

#include "report/build_report.hpp"

namespace lbundle {

// GitHub's Markdown: the verdict, the limits, and the findings as a list, errors first. Ends with a newline.
std::string check_markdown(const ZipReport& report);

// A text in a cell of a table or an item of a list: no character of it is markup.
std::string markdown_text(std::string_view text);

}  // namespace lbundle
