// libzip 1.7.3 turns the time of an entry into a time_t and back by the local zone, and a time that the zone
// leaves out (daylight saving begins) comes back changed.
#pragma once

#include <optional>
#include <string>

namespace lbundle::zip {

// While it lives, local time is UTC in this process. Environment variables are not safe to change while other
// threads read them: it is held only where this process has one thread at work.
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
