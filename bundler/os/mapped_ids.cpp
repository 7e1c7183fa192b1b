#include "os/mapped_ids.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <string>

#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "model/text.hpp"

namespace lbundle {

namespace {

// In a range of ids that nothing uses. Source: "Users, Groups, UIDs and GIDs on systemd Systems", the
// range 1879048192 to 2147483647.
constexpr std::uint64_t free_ids = 1'990'000'000;
// The kernel's id for what has none (Documentation/admin-guide/sysctl/kernel.rst, overflowuid).
constexpr std::uint64_t nobody = 65534;

// An id of the current namespace that no user has. In a container it is the last one that the container has.
std::optional<std::uint64_t> free_id(const char* map, std::uint64_t wanted) {
  std::ifstream file(map);
  std::uint64_t first = 0;
  std::uint64_t outside = 0;
  std::uint64_t count = 0;
  std::uint64_t last = 0;
  while (file >> first >> outside >> count) {
    if (wanted >= first && wanted < first + count) return wanted;
    last = std::max(last, first + count - 1);
  }
  if (last == nobody) --last;
  if (last == 0) return std::nullopt;
  return last;
}

bool write_map(pid_t process, const char* name, unsigned inside, std::uint64_t outside) {
  const auto path = format("/proc/{}/{}", process, name);
  const auto text = format("0 0 1\n{} {} 1\n", inside, outside);
  const Fd file(open(path.c_str(), O_WRONLY | O_CLOEXEC));
  // The kernel takes a map in one write alone.
  return file.is_open() &&
         write(file.number(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

// A process in a new user namespace. It waits until this object goes.
class NamespaceProcess {
 public:
  NamespaceProcess() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) return;
    const Fd made(ends[0]);
    Fd report(ends[1]);
    pid_ = fork();
    if (pid_ == 0) stay(report.number());
    report.reset();
    char byte = 0;
    is_made_ = pid_ > 0 && read(made.number(), &byte, 1) == 1;
  }
  NamespaceProcess(const NamespaceProcess&) = delete;
  NamespaceProcess& operator=(const NamespaceProcess&) = delete;
  ~NamespaceProcess() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }

  bool is_made() const { return is_made_; }
  pid_t number() const { return pid_; }

 private:
  // The other threads do not exist in this process, so it only makes system calls.
  [[noreturn]] static void stay(int report) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (unshare(CLONE_NEWUSER) != 0 || write(report, "m", 1) != 1) _exit(1);
    while (true) pause();
  }

  pid_t pid_ = -1;
  bool is_made_ = false;
};

}  // namespace

std::optional<Fd> make_mapped_namespace() {
  if (geteuid() != 0) return std::nullopt;
  const auto uid = free_id("/proc/self/uid_map", free_ids + lambda_uid);
  const auto gid = free_id("/proc/self/gid_map", free_ids + lambda_gid);
  if (!uid || !gid) return std::nullopt;
  const NamespaceProcess process;
  if (!process.is_made() || !write_map(process.number(), "uid_map", lambda_uid, *uid) ||
      !write_map(process.number(), "gid_map", lambda_gid, *gid))
    return std::nullopt;
  Fd made(open(format("/proc/{}/ns/user", process.number()).c_str(), O_RDONLY | O_CLOEXEC));
  if (!made.is_open()) return std::nullopt;
  return made;
}

}  // namespace lbundle
