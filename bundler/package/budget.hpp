// The size guard: a package may not grow by accident beyond what its project allows.
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

// A size that someone agreed to, and why it grew.
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

// lbundle.baseline.json, committed beside lbundle.toml.
struct Baseline {
  ByteSize zipped;
  ByteSize unzipped;
  std::map<std::string, BaselinePackage> packages;  // by name; the function's own files are ""
  std::vector<BaselineReason> reasons;              // the oldest first

  bool operator==(const Baseline&) const = default;
};

// As CheckResult tells the sizes.
Baseline baseline_of(ByteSize zipped, ByteSize unzipped, const PackageSizes& packages);

std::string baseline_json(const Baseline& baseline);
// Throws Error ("cannot read 'WHAT': …") where `text` is no baseline or of a schema we do not know.
Baseline parse_baseline(std::string_view text, const std::string& what);

// What to commit in the place of `before`: `now` with the reasons so far. A larger size needs a `reason`,
// which is added to them. Throws Error (status wrong_usage) where one is larger and none is given.
Baseline updated_baseline(const std::optional<Baseline>& before, Baseline now, const std::string& reason);

// "budget-exceeded" (error) where a size grew beyond the budget and the noise, with the packages that grew
// most; "budget-noise" (note) where it grew within them. "package-budget-exceeded" (error) where a package
// that has a budget did. Without a budget for a size, nothing.
Findings judge_budget(const Baseline& before, const Baseline& now, const Budget& budget);

}  // namespace lbundle
