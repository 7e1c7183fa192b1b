// The parts of the page that need no script: they are visible without it, and on paper.
#pragma once

#include <string>

#include "report/build_report.hpp"
#include "report/manifest.hpp"

namespace lbundle::html {

// Each function returns a <section>, or nothing if there is nothing to report.
std::string summary(const BuildReport& report, const Manifest& manifest);
std::string findings(const BuildReport& report);
std::string limits(const BuildReport& report);
std::string stages(const BuildReport& report);
std::string packages(const Manifest& manifest);
// Why files were removed or replaced: a row for each verdict and reason, the most bytes saved first.
std::string reasons(const Manifest& manifest);
std::string sharing(const BuildReport& report);
std::string events(const BuildReport& report);
std::string suggestions(const BuildReport& report);

}  // namespace lbundle::html
