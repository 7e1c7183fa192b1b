// What a cold start spends its time on.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/bundle.hpp"
#include "report/build_report.hpp"
#include "sandbox/sandbox.hpp"

namespace lbundle {

// Sums up what `-X importtime` wrote to `log`, by package: for each first part of a module's name, the time
// that its modules took themselves. Returns at most `most` packages, the slowest first. Source of the form:
// CPython's Python/import.c, "import time: self [us] | cumulative | name".
std::vector<ImportRow> imports_of(std::string_view log, std::size_t most);

// The distributions of `tree` that were imported but of which no function ran, each by name and version.
// `imports` is the log of `-X importtime`, `uses` the log of sandbox/used_packages.py.
std::vector<std::string> imported_and_unused(std::string_view imports, std::string_view uses,
                                             const StagedTree& tree);

// Runs one event with timed imports and returns its log.
std::string log_of_imports(SandboxPlan plan, const Event& event);

}  // namespace lbundle
