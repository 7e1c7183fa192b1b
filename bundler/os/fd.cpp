#include "os/fd.hpp"

#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

#include "model/error.hpp"

namespace lbundle {

Fd& Fd::operator=(Fd&& other) noexcept {
  if (this != &other) {
    reset();
    number_ = std::exchange(other.number_, -1);
  }
  return *this;
}

void Fd::reset() {
  if (number_ >= 0) ::close(number_);
  number_ = -1;
}

Fd open_file(const HostPath& path, int flags, const char* verb, unsigned mode) {
  const int number = ::open(path.c_str(), flags | O_CLOEXEC, mode);
  if (number < 0) throw system_error(verb, path.string(), errno);
  return Fd(number);
}

void write_all(const Fd& fd, ByteView bytes, const HostPath& what) {
  while (!bytes.empty()) {
    const auto written = ::write(fd.number(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      const auto hint = errno == ENOSPC || errno == EDQUOT ? "make room on that filesystem" : "";
      throw system_error("write", what.string(), errno, hint);
    }
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

}  // namespace lbundle
