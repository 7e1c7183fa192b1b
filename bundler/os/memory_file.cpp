#include "os/memory_file.hpp"

#include <algorithm>
#include <cerrno>

#include <sys/mman.h>
#include <unistd.h>

#include "model/error.hpp"

namespace lbundle {

Fd memory_file(const char* name, std::string_view content) {
  Fd fd(memfd_create(name, MFD_CLOEXEC));
  if (!fd.is_open()) throw system_error("make", name, errno);
  write_all(fd, as_bytes(content), name);
  lseek(fd.number(), 0, SEEK_SET);
  return fd;
}

std::string read_back(const Fd& fd) {
  std::string text(static_cast<std::size_t>(std::max<off_t>(0, lseek(fd.number(), 0, SEEK_END))), '\0');
  std::size_t filled = 0;
  while (filled < text.size()) {
    const auto got =
        pread(fd.number(), text.data() + filled, text.size() - filled, static_cast<off_t>(filled));
    if (got <= 0) break;
    filled += static_cast<std::size_t>(got);
  }
  text.resize(filled);
  return text;
}

}  // namespace lbundle
