// The page: what happened to every byte, in one file that opens anywhere and needs no network.
#pragma once

#include <string>

#include "report/build_report.hpp"
#include "report/manifest.hpp"

namespace lbundle {

// HTML 5 with its style, script and numbers inside. A Content-Security-Policy allows only these, by their
// hashes. The same report and manifest give the same bytes. About 130 bytes for each staged file.
std::string html_page(const BuildReport& report, const Manifest& manifest);

}  // namespace lbundle
