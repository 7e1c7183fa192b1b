// Sets local time to UTC while a zip is written. libzip 1.7.3 converts the time of an entry to a time_t and
// back in the local time zone. A time that the zone skips, when daylight saving begins, comes back changed.
#pragma once

#include <optional>
#include <string>

namespace lbundle::zip {

// While it exists, local time is UTC in this process. It changes environment variables, which is not safe
// while other threads read them. So use it only while one thread of this process is at work.
class UtcClock {
 public:
  UtcClock();
  UtcClock(const UtcClock&) = delete;
  UtcClock& operator=(const UtcClock&) = delete;
  ~UtcClock();

 private:
  std::optional<std::string> before_;
};

}  // namespace lbundle::zip
