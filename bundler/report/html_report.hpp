// The page: what happened to every byte, in one file that opens anywhere and asks the network for nothing.
#pragma once

#include <string>

#include "report/build_report.hpp"
#include "report/manifest.hpp"

namespace lbundle {

// HTML 5 with its style, script and numbers inside; a Content-Security-Policy allows these alone, by their
// hashes. The same report and manifest give the same bytes. About 130 bytes for each staged file.
std::string html_page(const BuildReport& report, const Manifest& manifest);

}  // namespace lbundle
