// A project's committed baseline: read, compared with, and updated.
#pragma once

#include <optional>
#include <string>

#include "model/host_path.hpp"
#include "package/budget.hpp"
#include "package/check.hpp"

namespace lbundle {

// Returns the baseline in `file` (Project::baseline), if it exists. Throws Error if it is damaged.
std::optional<Baseline> read_baseline(const HostPath& file);

// Compares the sizes of a zip with the baseline in `file`, within `budget`. Empty if there is no budget; a
// note "no-baseline" if there is no file.
Findings compare_with_baseline(const CheckResult& checked, const Budget& budget, const HostPath& file);

// Writes the sizes of a zip to `file` as the new baseline. A size that grew needs a `reason`, else Error
// (wrong_usage).
void update_baseline(const HostPath& file, const CheckResult& checked, const std::string& reason);

}  // namespace lbundle
