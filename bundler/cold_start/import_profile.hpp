// What a cold start spends its time on.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/bundle.hpp"
#include "report/build_report.hpp"
#include "sandbox/sandbox.hpp"

namespace lbundle {

// What `-X importtime` wrote to `log`, as packages: for each first part of modules' names the sum of what its
// modules took themselves, the slowest first; at most `most` of them. Source of the form: CPython's
// Python/import.c, "import time: self [us] | cumulative | name".
std::vector<ImportRow> imports_of(std::string_view log, std::size_t most);

// Distributions of `tree` whose modules were imported by the log of `-X importtime` in `imports`, and of
// which no function ran by the log of sandbox/used_packages.py in `uses`. By name, with its version.
std::vector<std::string> imported_and_unused(std::string_view imports, std::string_view uses,
                                             const StagedTree& tree);

// The log of one event whose imports are timed.
std::string log_of_imports(SandboxPlan plan, const Event& event);

}  // namespace lbundle
