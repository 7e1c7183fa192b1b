#include "os/bytes.hpp"

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model/error.hpp"
#include "os/fd.hpp"

namespace lbundle {

namespace {

template <typename Buffer>
Buffer read_whole(const HostPath& path) {
  const auto fd = open_file(path, O_RDONLY, "read");
  struct stat status {};
  if (fstat(fd.number(), &status) != 0) throw system_error("read", path.string(), errno);
  if (S_ISDIR(status.st_mode)) throw Error("read", path.string(), "is a folder");
  Buffer buffer;
  // One byte more than the size, so that the end is found without another read. Files of
  // /proc report no size.
  buffer.resize(static_cast<std::size_t>(status.st_size) + 1);
  std::size_t filled = 0;
  for (;;) {
    if (filled == buffer.size()) buffer.resize(2 * buffer.size());
    const auto got = ::read(fd.number(), buffer.data() + filled, buffer.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw system_error("read", path.string(), errno);
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  buffer.resize(filled);
  return buffer;
}

}  // namespace

Bytes read_file(const HostPath& path) {
  return read_whole<Bytes>(path);
}

std::string read_text_file(const HostPath& path) {
  return read_whole<std::string>(path);
}

}  // namespace lbundle
