// Finds out how this machine lets bubblewrap make sandboxes, and which arguments make the strongest one.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/host_path.hpp"
#include "os/fd.hpp"

namespace lbundle {

// Whose ids a sandbox has.
enum class SandboxIds {
  mapped,   // for root: Lambda's user is an id that no user of this machine has (os/mapped_ids.hpp)
  renamed,  // the caller's own id under the name of Lambda's user, in a user namespace
  real,     // for root where user namespaces are forbidden: the id of Lambda's user, without a namespace
};

// Which processes a sandbox shows in /proc.
enum class SandboxProcesses {
  own,     // those of the sandbox alone
  shared,  // also those of the container in which lbundle itself runs, which forbids another /proc
};

// The strongest sandbox that works here.
struct SandboxPlace {
  SandboxIds ids = SandboxIds::renamed;
  SandboxProcesses processes = SandboxProcesses::own;
  bool own_host_name = true;  // otherwise it has this machine's
};

// Tries what works, once in a process; this takes some milliseconds. Throws Error if no sandbox can be made:
// bubblewrap is missing, or the kernel forbids namespaces. The hint then names the way out.
const SandboxPlace& sandbox_place();

// The number of the user namespace's descriptor in a sandbox with mapped ids. lbundle-trace closes it.
inline constexpr int namespace_descriptor = 7;

// The descriptors for one start of a sandbox.
struct SandboxDescriptors {
  Fd filter;                   // belongs to this start, because a reader moves it
  std::map<int, int> numbers;  // the number in the sandbox, and the number here
};
SandboxDescriptors sandbox_descriptors(const SandboxPlace& place);

// The arguments that give a sandbox the ids of `place`, no capability and no key of the caller, and the
// filter of os/seccomp_filter.hpp. Where the ids are not `renamed`, what bubblewrap starts must be
// `lbundle-trace --user`, which gives up the few capabilities that are left.
std::vector<std::string> sandbox_flags(const SandboxPlace& place);

// The arguments that show /proc, with the kernel's settings read-only and its memory and keys hidden.
std::vector<std::string> proc_flags(const SandboxPlace& place);

// The words that start bubblewrap with the descriptors of `place`, for callers that can pass only words.
// bubblewrap's arguments follow.
std::vector<std::string> sealed_start(const SandboxPlace& place);

// The place for programs that write into folders of the caller, such as builds: the caller's id has another
// name, but is the same.
SandboxPlace place_of_builds();

// The flags with which bubblewrap can mount while the user stays the same; usually none.
// Throws Error as above.
std::vector<std::string> bubblewrap_same_user_flags();

// Throws Error if no sandbox can be made, as above.
void require_bubblewrap();

// The path of bubblewrap's program. Throws Error if it is not installed.
HostPath bubblewrap_program();

}  // namespace lbundle
