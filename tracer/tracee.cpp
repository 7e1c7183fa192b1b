#include "tracee.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <limits.h>
#include <sys/uio.h>

#include "trace_error.hpp"

namespace lbundle::tracer {
namespace {

UniqueFd open_proc() {
  UniqueFd fd(::open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!fd) throw_errno("use /proc");
  std::array<char, 32> self{};
  const ssize_t length = ::readlinkat(fd.get(), "self", self.data(), self.size() - 1);
  if (length < 0 || std::atoi(self.data()) != ::getpid()) {
    throw TraceError("use /proc: it is not that of this pid namespace");
  }
  return fd;
}

// process_vm_readv needs one call. If a container's own filter forbids it, /proc/TID/mem gives the same
// bytes.
ssize_t read_some(pid_t tid, std::uint64_t address, void* out, std::size_t size) {
  const iovec local{out, size};
  const iovec remote{reinterpret_cast<void*>(address), size};  // NOLINT(performance-no-int-to-ptr)
  const ssize_t read = ::process_vm_readv(tid, &local, 1, &remote, 1, 0);
  if (read >= 0 || (errno != ENOSYS && errno != EPERM)) return read;
  const std::string name = std::to_string(tid) + "/mem";
  const UniqueFd mem(::openat(proc_fd(), name.c_str(), O_RDONLY | O_CLOEXEC));
  if (!mem) return -1;
  const ssize_t got = ::pread(mem.get(), out, size, static_cast<off_t>(address));
  if (got < 0 && errno == EIO) errno = EFAULT;
  return got;
}

}  // namespace

int proc_fd() {
  static const UniqueFd fd = open_proc();
  return fd.get();
}

int read_string(pid_t tid, std::uint64_t address, std::string& out) {
  static const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  std::array<char, PATH_MAX>
      buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled before it is read
  constexpr std::size_t usual_length = 256;
  std::size_t filled = 0;
  while (filled < buffer.size()) {
    // Reads only up to the end of the page: the next page may not be mapped, and then nothing at all would be
    // read.
    const std::uint64_t at = address + filled;
    const std::size_t wanted = filled == 0 ? usual_length : buffer.size() - filled;
    const std::size_t chunk = std::min<std::size_t>(wanted, page - at % page);
    const ssize_t read = read_some(tid, at, buffer.data() + filled, chunk);
    if (read < 0) return errno;
    if (read == 0) return EFAULT;
    const auto* end =
        static_cast<const char*>(std::memchr(buffer.data() + filled, 0, static_cast<std::size_t>(read)));
    if (end != nullptr) {
      out.assign(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
      return 0;
    }
    filled += static_cast<std::size_t>(read);
  }
  return ENAMETOOLONG;
}

int read_memory(pid_t tid, std::uint64_t address, void* out, std::size_t size) {
  const ssize_t read = read_some(tid, address, out, size);
  if (read < 0) return errno;
  return static_cast<std::size_t>(read) == size ? 0 : EFAULT;
}

bool read_identity(pid_t tid, Identity& identity) {
  const std::string status = read_proc_file(std::to_string(tid) + "/status");
  const std::size_t tgid = status.find("\nTgid:");
  const std::size_t parent = status.find("\nPPid:");
  if (tgid == std::string::npos || parent == std::string::npos) return false;
  identity.tgid = std::atoi(status.c_str() + tgid + 6);
  identity.parent = std::atoi(status.c_str() + parent + 6);
  return true;
}

bool read_link_text(int fd, const char* name, std::string& out) {
  out.resize(PATH_MAX);
  const ssize_t length = ::readlinkat(fd, name, out.data(), out.size());
  out.resize(length < 0 ? 0 : static_cast<std::size_t>(length));
  return length >= 0;
}

std::string read_proc_link(const std::string& name) {
  std::string text;
  read_link_text(proc_fd(), name.c_str(), text);
  return text;
}

std::string read_proc_file(const std::string& name) {
  std::string text;
  const UniqueFd fd(::openat(proc_fd(), name.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return text;
  std::array<char, 16384> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled before it is read
  for (ssize_t n = 0; (n = ::read(fd.get(), buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<std::size_t>(n));
  }
  return text;
}

}  // namespace lbundle::tracer
