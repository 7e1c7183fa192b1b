#include "report/build_report.hpp"

#include <algorithm>
#include <cmath>

#include "model/text.hpp"

namespace lbundle {

double Headroom::share() const {
  return limit.bytes() == 0 ? 1.0 : static_cast<double>(used.bytes()) / static_cast<double>(limit.bytes());
}

std::vector<Headroom> headroom(const LimitsReport& limits, ByteSize zipped, ByteSize unzipped) {
  return {{"zipped", zipped, limits.zipped, limits.direct_upload},
          {"unzipped", unzipped + limits.layers_unzipped, limits.unzipped, true}};
}

std::string stager(const BuildReport& report) {
  if (!report.container) return report.backend;
  const auto& container = *report.container;
  if (container.image.empty())
    return format("host, events run by {} in {}", container.engine, container.run_image);
  return format("{} in {}", container.engine, container.image);
}

bool ZipReport::is_good() const {
  return all_match(events) && !has_error(findings);
}

std::size_t unproven_count(const std::vector<EventRow>& events) {
  return static_cast<std::size_t>(
      std::ranges::count_if(events, [](const EventRow& event) { return !event.unproven.empty(); }));
}

std::string unproven_text(const std::vector<EventRow>& events) {
  const auto count = unproven_count(events);
  if (count == 0) return {};
  return format("{} of {} {} nothing", count, count_text(events.size(), "event", "events"),
                count == 1 ? "proves" : "prove");
}

bool all_match(const std::vector<EventRow>& events) {
  return std::ranges::all_of(events, &EventRow::match);
}

std::string imports_text(const ImportsReport& imports) {
  auto text = count_text(imports.checked, "Python module", "Python modules") + " imported by themselves";
  if (imports.failing_in_both > 0)
    text += format(", {} {} in the unshrunk tree too", imports.failing_in_both,
                   imports.failing_in_both == 1 ? "fails" : "fail");
  if (imports.failing_in_bundle > 0) text += format(", {} only in the bundle", imports.failing_in_bundle);
  return text;
}

std::string seconds_text(double seconds) {
  if (seconds < 0.005) return "< 0.01 s";
  if (seconds < 9.995) return format("{:.2f} s", seconds);
  if (seconds < 119.95) return format("{:.1f} s", seconds);
  const auto whole = std::lround(seconds);
  return format("{} min {} s", whole / 60, whole % 60);
}

std::string change_text(double before, double after) {
  if (before <= 0.0) return {};
  const auto percent = std::lround((after / before - 1.0) * 100.0);
  return percent == 0 ? "0 %" : format("{:+d} %", percent);
}

std::string count_text(std::size_t count, const std::string& singular, const std::string& plural) {
  auto digits = std::to_string(count);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), ",");
  }
  return digits + ' ' + (count == 1 ? singular : plural);
}

}  // namespace lbundle
