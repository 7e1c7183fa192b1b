// The size guard of a project: its committed baseline, read, judged by and updated.
#pragma once

#include <optional>
#include <string>

#include "model/host_path.hpp"
#include "package/budget.hpp"
#include "package/check.hpp"

namespace lbundle {

// lbundle.baseline.json beside the project file, if it is there. Throws Error where it is damaged.
std::optional<Baseline> read_baseline(const Project& project);

// What `checked` is to a zip's baseline: nothing where the project has none.
Findings guard_sizes(const Project& project, const CheckResult& checked);

// Writes what was `checked` as the new baseline; one that grew needs a `reason`, else Error (wrong_usage).
void update_baseline(const Project& project, const CheckResult& checked, const std::string& reason);

}  // namespace lbundle
