#include "preflight/machine_reading.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <limits>

#include <linux/seccomp.h>
#include <sys/fanotify.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "cache/inventory.hpp"
#include "model/error.hpp"
#include "os/fd.hpp"
#include "os/temp_dir.hpp"

namespace lbundle {

namespace {

// Since Linux 5.0. What a notified process may do with a call came with 5.5, and the tracer's own probe
// tells.
bool has_user_notification() {
  seccomp_notif_sizes sizes{};
  return syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &sizes) == 0;
}

// A kernel that has it may still forbid it to this user.
bool has_fanotify() {
  const Fd group(fanotify_init(FAN_CLASS_NOTIF | FAN_CLOEXEC, 0));
  return group.is_open() || errno != ENOSYS;
}

HostPath nearest_folder(HostPath folder) {
  boost::system::error_code ignored;
  while (!folder.empty() && folder != "/" && !fs::exists(folder, ignored)) folder = folder.parent_path();
  return folder.empty() ? HostPath("/") : folder;
}

ByteSize kilobytes_in(const std::string& file, const std::string& key) {
  std::ifstream lines(file);
  for (std::string word; lines >> word;) {
    std::uint64_t kilobytes = 0;
    if (word == key && lines >> kilobytes) return ByteSize(kilobytes * 1024);
  }
  return {};
}

}  // namespace

KernelFacts read_kernel() {
  utsname machine{};
  uname(&machine);
  return {machine.release, has_user_notification(), has_fanotify()};
}

std::pair<int, int> parse_release(const std::string& release) {
  const auto dot = release.find('.');
  return {std::atoi(release.c_str()), dot == std::string::npos ? 0 : std::atoi(release.c_str() + dot + 1)};
}

ByteSize read_memory() {
  auto available = kilobytes_in("/proc/meminfo", "MemAvailable:");
  // The second version of control groups, as containers see it.
  std::ifstream limit_file("/sys/fs/cgroup/memory.max");
  std::ifstream used_file("/sys/fs/cgroup/memory.current");
  std::uint64_t limit = 0;
  std::uint64_t used = 0;
  if (limit_file >> limit && used_file >> used)
    available = std::min(available, ByteSize(limit > used ? limit - used : 0));
  return available;
}

ByteSize free_space(const HostPath& folder) {
  struct statvfs status {};
  if (statvfs(nearest_folder(folder).c_str(), &status) != 0) return {};
  return ByteSize(static_cast<std::uint64_t>(status.f_bavail) * status.f_frsize);
}

CacheFacts read_cache(const Store& store) {
  CacheFacts facts;
  facts.folder = store.folder();
  facts.bound = cache_bounds().size;
  struct stat status {};
  facts.is_own = stat(store.folder().c_str(), &status) != 0 || status.st_uid == geteuid();
  try {
    const TempDir tried(store.folder(), "trying");
  } catch (const Error&) {
    facts.is_writable = false;
  }
  const auto counted = count_cache(store.folder(), std::chrono::seconds(2));
  facts.size = counted.bytes;
  facts.is_whole = counted.is_whole;
  return facts;
}

}  // namespace lbundle
