#include "zip/utc_clock.hpp"

#include <cstdlib>
#include <ctime>

namespace lbundle::zip {

UtcClock::UtcClock() {
  if (const char* zone = std::getenv("TZ"); zone != nullptr) before_ = zone;
  ::setenv("TZ", "UTC0", 1);
  ::tzset();
}

UtcClock::~UtcClock() {
  if (before_) {
    ::setenv("TZ", before_->c_str(), 1);
  } else {
    ::unsetenv("TZ");
  }
  ::tzset();
}

}  // namespace lbundle::zip
