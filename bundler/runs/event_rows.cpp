#include "runs/event_rows.hpp"

#include <algorithm>

namespace lbundle {

namespace {

double median(std::vector<double> values) {
  if (values.empty()) return 0.0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

}  // namespace

std::vector<EventRow> event_rows(const std::vector<EventVerdict>& verdicts) {
  std::vector<EventRow> rows;
  for (const auto& verdict : verdicts) {
    rows.push_back({verdict.event, verdict.match(), verdict.staged.end.seconds, verdict.bundle.end.seconds,
                    verdict.differences});
  }
  return rows;
}

ColdStart cold_start_of(const std::vector<EventVerdict>& verdicts) {
  std::vector<double> staged;
  std::vector<double> bundle;
  for (const auto& verdict : verdicts) {
    staged.push_back(verdict.staged.init_seconds);
    bundle.push_back(verdict.bundle.init_seconds);
  }
  return {median(staged), median(bundle)};
}

}  // namespace lbundle
