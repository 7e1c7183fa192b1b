#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace lbundle::tracer {

/// What a call does with a path.
enum class Purpose : std::uint8_t {
  none,
  open,             ///< the open flags say what for
  stat,             ///< looks at the file's metadata, or asks whether the file exists
  read_link,        ///< reads a link's text
  execute,          ///< also runs the #! interpreters and ld.so
  enter,            ///< becomes the working directory
  change_root,      ///< becomes the root directory
  list,             ///< carries a descriptor, no path: reads a directory's names
  create,           ///< makes a new name
  modify,           ///< changes the content or metadata of an existing file
  remove,           ///< removes a name
  rename_from,      ///< the name that goes away
  link_from,        ///< the file that gets a second name
  bind,             ///< a socket address that may be a path to make
  connect,          ///< a socket address that may be a path to find
  send_message,     ///< a struct msghdr in memory, with an address
  send_messages,    ///< an array of struct mmsghdr
  socket_call,      ///< i386's socketcall(2): the arguments are in memory
  bpf_object,       ///< bpf(2) with a command that names a file
  configure_mount,  ///< fsconfig(2) with a command that may name a file
  mount,            ///< a target of a mount, or another path of the mount calls
  mount_source,     ///< often no path at all ("proc", "tmpfs"): only an absolute one counts
  move_root,        ///< carries no path, but may change what paths mean
  open_by_handle,   ///< carries a file handle instead of a path
  refuse,           ///< answered with ENOSYS: no tracer of system calls can see what it does
};

/// Whether a link is followed if it is the last name.
enum class Follow : std::uint8_t {
  always,
  never,
  unless_nofollow,    ///< AT_SYMLINK_NOFOLLOW in the flags
  if_follow,          ///< AT_SYMLINK_FOLLOW in the flags
  open_flags,         ///< O_NOFOLLOW, or O_CREAT with O_EXCL
  open_how,           ///< the same, in openat2's struct open_how
  unless_dont_follow  ///< IN_DONT_FOLLOW in inotify's mask
};

/// What a call must carry to be stopped, as far as a filter can see. A filter sees the arguments themselves,
/// but not what they point to.
enum class Condition : std::uint8_t {
  none,
  path,       ///< the path's address is not null
  not_own,    ///< the flags are not own_message_flags
  command_of  ///< the call's command is one of commands_of()
};

/// A call that carries a path, or that the tracer has to see for another reason. Arguments are given by their
/// index; -1 if there is none.
struct PathCall {
  std::string_view name;
  int x86_64;  ///< the call's number in each table; -1 if there is none
  int i386;
  int aarch64;
  Purpose purpose;
  std::int8_t dirfd;
  std::int8_t path;
  std::int8_t flags;
  Follow follow;
  Purpose second_purpose = Purpose::none;  ///< for calls with two paths
  std::int8_t second_dirfd = -1;
  std::int8_t second_path = -1;
  Condition condition = Condition::none;
};

/// Flags that mean nothing to a unix socket and that no program gives. The tracer's own child marks its
/// message with them, because it has to send that message while nobody listens to its filter yet. MSG_SYN,
/// MSG_CONFIRM, MSG_RST and MSG_ERRQUEUE of linux/socket.h, with MSG_NOSIGNAL.
inline constexpr std::uint32_t own_message_flags = 0x400 | 0x800 | 0x1000 | 0x2000 | 0x4000;

/// The commands for which a call with Condition::command_of is stopped. The command is the argument `flags`,
/// or the first argument if that is -1.
std::span<const std::uint32_t> commands_of(const PathCall& call);

/// The machine's tables of call numbers.
enum class CallTable : std::uint8_t { x86_64, i386, aarch64 };

/// Every call that the tracer stops at. The numbers are those of Linux 6.17's headers: asm/unistd_64.h,
/// asm/unistd_32.h and asm-generic/unistd.h.
std::span<const PathCall> path_calls();

/// The call's number in a table, or -1.
int call_number(const PathCall& call, CallTable table);

/// The call with this number, or null if it is none of path_calls().
const PathCall* find_call(CallTable table, int number);

/// The tables that a process of this machine can use, by its AUDIT_ARCH_* value (linux/audit.h).
struct NativeTable {
  std::uint32_t audit_arch;
  CallTable table;
};
std::span<const NativeTable> native_tables();

}  // namespace lbundle::tracer
