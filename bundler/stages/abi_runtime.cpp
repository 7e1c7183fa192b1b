// The runtime itself: how long AWS keeps it.
#include <chrono>

#include "model/text.hpp"
#include "stages/abi.hpp"

namespace lbundle {

std::string date_of_today() {
  using namespace std::chrono;
  const year_month_day day(floor<days>(system_clock::now()));
  return format("{:04}-{:02}-{:02}", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                static_cast<unsigned>(day.day()));
}

Findings judge_runtime(const Runtime& runtime, const std::string& today) {
  if (runtime.deprecated.empty() || runtime.deprecated > today) return {};
  const Runtime* longest = &runtime;
  for (const auto& other : known_runtimes()) {
    if (other.language == runtime.language && other.deprecated >= longest->deprecated) longest = &other;
  }
  auto message =
      format("{} is without support and security fixes since {}", runtime.name, runtime.deprecated);
  if (!runtime.update_blocked.empty()) {
    message += format("; no function can be created with it from {} on, and none updated from {} on",
                      runtime.create_blocked, runtime.update_blocked);
  }
  return {
      {Severity::warning, "runtime-deprecated", "", message,
       longest == &runtime ? "" : format("{} is supported until {}", longest->name, longest->deprecated)}};
}

}  // namespace lbundle
