// The problem: machines, containers and kernels permit different things, and they say so only when asked. The
// idea: sandboxes of decreasing strength are started, each with a program that does nothing, until one works.
// Rejected: reading the settings that forbid namespaces, because each system has others (sysctls, AppArmor,
// seccomp of container engines); the weakest form everywhere.
#include "os/bubblewrap.hpp"

#include <array>
#include <cstdlib>
#include <mutex>
#include <optional>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "model/error.hpp"
#include "model/text.hpp"
#include "os/mapped_ids.hpp"
#include "os/seccomp_filter.hpp"
#include "os/spawn.hpp"
#include "os/ways_out.hpp"

namespace lbundle {

namespace {

using Arguments = std::vector<std::string>;

// The numbers of descriptors in a sandbox. Lower ones are for what runs there: sandbox/sandbox.cpp.
constexpr int filter_number = 8;

// Files of /proc that show the kernel's memory, keys and state. Container engines hide them too.
constexpr std::array hidden{
    "/proc/kcore",       "/proc/keys",        "/proc/key-users",     "/proc/kmsg",       "/proc/timer_list",
    "/proc/timer_stats", "/proc/sched_debug", "/proc/latency_stats", "/proc/kpagecount", "/proc/kpageflags",
    "/proc/kpagecgroup", "/proc/vmallocinfo", "/proc/sysrq-trigger"};
// Folders of /proc with settings of the kernel and of devices.
constexpr std::array read_only{"/proc/sys",  "/proc/irq",    "/proc/bus", "/proc/fs",
                               "/proc/acpi", "/proc/driver", "/proc/scsi"};

void append(Arguments& arguments, const Arguments& more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
}

// The namespace for SandboxIds::mapped, made once in a process.
const std::optional<Fd>& mapped_namespace() {
  static const auto made = make_mapped_namespace();
  return made;
}

const Fd& filter_file() {
  static const auto file = [] {
    Fd made(memfd_create("filter", MFD_CLOEXEC));
    if (!made.is_open()) throw system_error("make", "the seccomp filter", errno);
    write_all(made, as_bytes(sandbox_filter()), "the seccomp filter");
    return made;
  }();
  return file;
}

// Runs a program that does nothing in bubblewrap: bubblewrap itself, which is there whatever is in PATH.
// Returns what bubblewrap complains about; empty if it works.
std::string complaint_about(const Arguments& flags, const std::map<int, int>& descriptors) {
  Command probe;
  probe.arguments = {bubblewrap_program().string()};
  append(probe.arguments, flags);
  append(probe.arguments, {"/proc/self/exe", "--version"});
  probe.descriptors = descriptors;
  const auto end = run(probe);
  if (end.succeeded()) return {};
  return end.error_output.empty() ? describe(end) : end.error_output;
}

std::string complaint_about(const SandboxPlace& place) {
  if (place.ids == SandboxIds::mapped && !mapped_namespace()) return "no ids can be mapped";
  auto flags = sandbox_flags(place);
  append(flags, {"--unshare-net", "--ro-bind", "/", "/"});
  append(flags, proc_flags(place));
  append(flags, {"--tmpfs", "/tmp"});
  return complaint_about(flags, sandbox_descriptors(place).numbers);
}

[[noreturn]] void throw_forbidden(std::string complaint) {
  throw Error("start", "the sandbox", "this machine forbids what bubblewrap needs",
              way_to_a_sandbox(complaint))
      .with_detail(std::move(complaint));
}

// Every form of sandbox, the strongest first. Only root can have other ids than its own.
std::vector<SandboxPlace> all_places() {
  const std::vector<SandboxIds> all_ids =
      geteuid() == 0 ? std::vector{SandboxIds::mapped, SandboxIds::renamed, SandboxIds::real}
                     : std::vector{SandboxIds::renamed};
  std::vector<SandboxPlace> places;
  for (const auto processes : {SandboxProcesses::own, SandboxProcesses::shared}) {
    for (const auto ids : all_ids) {
      for (const bool named : {true, false}) places.push_back({ids, processes, named});
    }
  }
  return places;
}

SandboxPlace strongest_place() {
  std::string complaint;
  for (const auto& place : all_places()) {
    auto said = complaint_about(place);
    if (said.empty()) return place;
    // What the weakest form with a user namespace lacks is what the machine must permit.
    if (place.ids == SandboxIds::renamed) complaint = std::move(said);
  }
  throw_forbidden(std::move(complaint));
}

}  // namespace

HostPath bubblewrap_program() {
  auto program = find_program("bwrap");
  if (!program.empty()) return program;
  throw Error("start", "the sandbox", "bubblewrap is not installed",
              "install it, as `apt-get install bubblewrap` does");
}

const SandboxPlace& sandbox_place() {
  static std::mutex guard;
  static std::optional<SandboxPlace> known;
  const std::lock_guard lock(guard);
  if (!known) known = strongest_place();
  return *known;
}

SandboxPlace place_of_builds() {
  auto place = sandbox_place();
  if (place.ids == SandboxIds::mapped) place.ids = SandboxIds::renamed;
  return place;
}

void require_bubblewrap() {
  sandbox_place();
}

SandboxDescriptors sandbox_descriptors(const SandboxPlace& place) {
  SandboxDescriptors descriptors;
  descriptors.filter =
      open_file(format("/proc/self/fd/{}", filter_file().number()), O_RDONLY, "read the filter in");
  descriptors.numbers[filter_number] = descriptors.filter.number();
  if (place.ids == SandboxIds::mapped)
    descriptors.numbers[namespace_descriptor] = mapped_namespace()->number();
  return descriptors;
}

std::vector<std::string> sealed_start(const SandboxPlace& place) {
  const auto own = [](int number) { return format("/proc/{}/fd/{}", getpid(), number); };
  auto opens = format("exec {}<{}", filter_number, own(filter_file().number()));
  if (place.ids == SandboxIds::mapped)
    opens += format(" {}<{}", namespace_descriptor, own(mapped_namespace()->number()));
  return {"/bin/sh", "-c", opens + "; exec \"$@\"", "sh", bubblewrap_program().string()};
}

std::vector<std::string> sandbox_flags(const SandboxPlace& place) {
  Arguments flags{"--cap-drop", "ALL"};
  if (place.ids == SandboxIds::renamed) {
    append(flags,
           {"--unshare-user", "--uid", std::to_string(lambda_uid), "--gid", std::to_string(lambda_gid)});
  } else {
    // lbundle-trace needs these to become Lambda's user, and to give them up for good.
    for (const auto* capability : {"CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP"})
      append(flags, {"--cap-add", capability});
  }
  if (place.ids == SandboxIds::mapped) append(flags, {"--userns", std::to_string(namespace_descriptor)});
  if (place.processes == SandboxProcesses::own) flags.emplace_back("--unshare-pid");
  append(flags, {"--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try", "--die-with-parent",
                 "--new-session", "--seccomp", std::to_string(filter_number)});
  if (place.own_host_name) append(flags, {"--hostname", "localhost"});
  return flags;
}

std::vector<std::string> proc_flags(const SandboxPlace& place) {
  Arguments flags = place.processes == SandboxProcesses::own ? Arguments{"--proc", "/proc"}
                                                             : Arguments{"--bind", "/proc", "/proc"};
  boost::system::error_code ignored;
  for (const auto* folder : read_only) {
    if (fs::is_directory(folder, ignored)) append(flags, {"--ro-bind", folder, folder});
  }
  // A device in a mount that permits no devices can be opened by nobody.
  for (const auto* file : hidden) {
    if (fs::exists(file, ignored)) append(flags, {"--ro-bind", "/dev/null", file});
  }
  return flags;
}

std::vector<std::string> bubblewrap_same_user_flags() {
  static std::mutex guard;
  static std::optional<Arguments> known;
  const std::lock_guard lock(guard);
  if (known) return *known;
  std::string complaint;
  // If root is not permitted to mount, a user namespace permits it. For all other users bubblewrap
  // makes one by itself.
  for (const auto& flags : {Arguments{}, Arguments{"--unshare-user"}}) {
    auto tried = flags;
    append(tried, {"--dev-bind", "/", "/"});
    complaint = complaint_about(tried, {});
    if (!complaint.empty()) continue;
    known = flags;
    return *known;
  }
  throw_forbidden(std::move(complaint));
}

}  // namespace lbundle
