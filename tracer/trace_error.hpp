#pragma once

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>

namespace lbundle::tracer {

/// What the tracer could not do, as the end of the sentence "lbundle-trace: cannot …".
class TraceError : public std::runtime_error {
 public:
  explicit TraceError(const std::string& what) : std::runtime_error(what) {}
};

/// The text of an errno value, such as "Permission denied".
inline std::string error_text(int error) {
  return std::strerror(error);
}

/// Throws TraceError with `what` and the text of errno as it is now.
[[noreturn]] inline void throw_errno(const std::string& what) {
  throw TraceError(what + ": " + error_text(errno));
}

}  // namespace lbundle::tracer
