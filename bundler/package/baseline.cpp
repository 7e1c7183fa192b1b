#include "package/baseline.hpp"

#include "os/atomic_file.hpp"
#include "os/bytes.hpp"

namespace lbundle {

namespace {

Baseline baseline_of(const CheckResult& checked) {
  return baseline_of(checked.zipped, checked.unzipped, checked.packages);
}

}  // namespace

std::optional<Baseline> read_baseline(const HostPath& file) {
  if (!fs::exists(file)) return std::nullopt;
  return parse_baseline(read_text_file(file), file.string());
}

Findings compare_with_baseline(const CheckResult& checked, const Budget& budget, const HostPath& file) {
  if (budget.is_empty()) return {};
  const auto before = read_baseline(file);
  if (!before) {
    return {{Severity::note, "no-baseline", file.string(),
             "there is a [budget], and no baseline to compare sizes with",
             "write one with `lbundle build --update-baseline`, and commit it"}};
  }
  return judge_budget(*before, baseline_of(checked), budget);
}

void update_baseline(const HostPath& file, const CheckResult& checked, const std::string& reason) {
  const auto updated = updated_baseline(read_baseline(file), baseline_of(checked), reason);
  write_file(file, baseline_json(updated));
}

}  // namespace lbundle
