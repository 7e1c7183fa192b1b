#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include <sys/types.h>

#include "unique_fd.hpp"

namespace lbundle::tracer {

/// The tracer's own /proc, kept open so that no later mount can hide it. Throws TraceError if /proc does not
/// show this process's own pid namespace.
int proc_fd();

/// Reads a NUL-terminated string of at most PATH_MAX bytes from the memory of thread `tid`. Returns 0 or an
/// errno: EFAULT for a bad address, ENAMETOOLONG if the string has no end, EPERM or EACCES if the memory may
/// not be read.
int read_string(pid_t tid, std::uint64_t address, std::string& out);

/// Reads `size` bytes from the memory of thread `tid`. Returns 0 or the errno.
int read_memory(pid_t tid, std::uint64_t address, void* out, std::size_t size);

/// A thread's process and parent process, as /proc shows them.
struct Identity {
  pid_t tgid = 0;
  pid_t parent = 0;
};
/// Returns false if the thread is gone.
bool read_identity(pid_t tid, Identity& identity);

/// The text of a link below /proc, such as "17/exe". Empty if it cannot be read.
std::string read_proc_link(const std::string& name);

/// Reads the text of the link at `fd`/`name`; with name "", of the link that `fd` itself is. Returns false
/// and sets errno if that fails.
bool read_link_text(int fd, const char* name, std::string& out);

/// The whole content of a file below /proc, such as "17/maps". Empty if it cannot be read.
std::string read_proc_file(const std::string& name);

}  // namespace lbundle::tracer
