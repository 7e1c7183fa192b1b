#include "package/baseline.hpp"

#include "os/atomic_file.hpp"
#include "os/bytes.hpp"

namespace lbundle {

namespace {

HostPath baseline_file(const Project& project) {
  return project.folder / "lbundle.baseline.json";
}

Baseline baseline_of(const CheckResult& checked) {
  return baseline_of(checked.zipped, checked.unzipped, checked.packages);
}

}  // namespace

std::optional<Baseline> read_baseline(const Project& project) {
  const auto file = baseline_file(project);
  if (!fs::exists(file)) return std::nullopt;
  return parse_baseline(read_text_file(file), file.string());
}

Findings guard_sizes(const Project& project, const CheckResult& checked) {
  if (project.budget.is_empty()) return {};
  const auto before = read_baseline(project);
  if (!before) {
    return {{Severity::note, "no-baseline", baseline_file(project).string(),
             "there is a [budget] and no baseline to hold sizes against",
             "write one with `lbundle build --update-baseline`, and commit it"}};
  }
  return judge_budget(*before, baseline_of(checked), project.budget);
}

void update_baseline(const Project& project, const CheckResult& checked, const std::string& reason) {
  const auto updated = updated_baseline(read_baseline(project), baseline_of(checked), reason);
  write_file(baseline_file(project), baseline_json(updated));
}

}  // namespace lbundle
