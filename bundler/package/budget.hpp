// The size guard: a package must not grow by accident beyond what its project allows.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/byte_size.hpp"
#include "model/finding.hpp"
#include "package/package_sizes.hpp"
#include "project/project.hpp"

namespace lbundle {

// A size that someone agreed to, and why the package grew to it.
struct BaselineReason {
  std::string text;
  ByteSize zipped;
  ByteSize unzipped;

  bool operator==(const BaselineReason&) const = default;
};

struct BaselinePackage {
  std::string version;
  ByteSize zipped;
  ByteSize unzipped;

  bool operator==(const BaselinePackage&) const = default;
};

// lbundle.baseline.json, which is committed beside lbundle.toml.
struct Baseline {
  ByteSize zipped;
  ByteSize unzipped;
  std::map<std::string, BaselinePackage> packages;  // by name; the function's own files are ""
  std::vector<BaselineReason> reasons;              // the oldest first

  bool operator==(const Baseline&) const = default;
};

// The baseline of a package with these sizes, as CheckResult has them. It has no reasons.
Baseline baseline_of(ByteSize zipped, ByteSize unzipped, const PackageSizes& packages);

std::string baseline_json(const Baseline& baseline);
// Throws Error ("cannot read 'WHAT': …") if `text` is not a baseline, or has a schema that we do not know.
Baseline parse_baseline(std::string_view text, const std::string& what);

// Returns the baseline to commit in place of `before`: `now` with the reasons so far. A larger size needs a
// `reason`, which is added to them. Throws Error (status wrong_usage) if a size is larger and no reason is
// given.
Baseline updated_baseline(const std::optional<Baseline>& before, Baseline now, const std::string& reason);

// "budget-exceeded" (error) if a size grew by more than the budget and the noise allow, with the packages
// that grew most. "budget-noise" (note) if it grew by less. "package-budget-exceeded" (error) if a package
// with a budget of its own grew by more than that and the noise allow. No finding for a size without a
// budget.
Findings judge_budget(const Baseline& before, const Baseline& now, const Budget& budget);

}  // namespace lbundle
