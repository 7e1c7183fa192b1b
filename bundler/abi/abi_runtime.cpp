// Judges the runtime itself: how long AWS supports it.
#include <charconv>
#include <chrono>

#include "abi/abi.hpp"
#include "model/text.hpp"

namespace lbundle {

namespace {

// How long before the end of support the warning begins: time enough for a move that was not planned. The
// number is our own choice.
constexpr std::chrono::days soon{90};

// The day that `date`, in ISO 8601 form, names.
std::chrono::sys_days day_of(const std::string& date) {
  const auto number = [&](std::size_t from, std::size_t length) {
    int value = 0;
    std::from_chars(date.data() + from, date.data() + from + length, value);
    return value;
  };
  using namespace std::chrono;
  return sys_days(year(number(0, 4)) / month(static_cast<unsigned>(number(5, 2))) /
                  day(static_cast<unsigned>(number(8, 2))));
}

// "; no function can be updated with it from DAY on", in the tense that fits `today`. `done` is "updated with
// it". Empty if the day is not known.
std::string block_text(const std::string& day, const std::string& today, const char* done) {
  if (day.empty()) return {};
  return day <= today ? format("; no function can be {} any more, since {}", done, day)
                      : format("; no function can be {} from {} on", done, day);
}

// The text that names the runtime of the same language with the longest support from `today` on. Empty if no
// other runtime is supported longer than `runtime`.
std::string way_out(const Runtime& runtime, const std::string& today) {
  const Runtime* longest = nullptr;
  for (const auto& other : known_runtimes()) {
    if (other.language != runtime.language || other.name == runtime.name) continue;
    if (other.deprecated <= today || other.deprecated <= runtime.deprecated) continue;
    // If two end on the same day, the later by name is taken: python3.14 rather than python3.13.
    if (longest == nullptr || other.deprecated >= longest->deprecated) longest = &other;
  }
  if (longest == nullptr) return {};
  return format("{} is supported until {}", longest->name, longest->deprecated);
}

}  // namespace

std::string date_of_today() {
  using namespace std::chrono;
  const year_month_day day(floor<days>(system_clock::now()));
  return format("{:04}-{:02}-{:02}", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                static_cast<unsigned>(day.day()));
}

Findings judge_runtime(const Runtime& runtime, const std::string& today) {
  if (runtime.deprecated.empty()) return {};
  const bool is_over = runtime.deprecated <= today;
  if (!is_over && day_of(runtime.deprecated) - day_of(today) > soon) return {};
  auto message =
      is_over ? format("{} has had no support and security fixes since {}", runtime.name, runtime.deprecated)
              : format("{} has support and security fixes only until {}", runtime.name, runtime.deprecated);
  message += block_text(runtime.create_blocked, today, "created with it");
  message += block_text(runtime.update_blocked, today, "updated with it");
  return {{Severity::warning, is_over ? "runtime-deprecated" : "runtime-deprecated-soon", "", message,
           way_out(runtime, today)}};
}

}  // namespace lbundle
