// The calls that carry a path. The list decides what the trace can see, so it is one table. The filter, the
// recorder and the tests read it; the tests compare its numbers with the kernel headers. A call that carries
// only a descriptor is not here (the path was seen when the descriptor was made), with three exceptions:
// getdents, because a listing says more than an opened directory; unshare and setns, because they change what
// paths mean; and io_uring_setup, because its rings would carry paths past every filter. If a call carries a
// path only sometimes, and its arguments say when, the filter looks at them (Condition).
#include "syscall_table.hpp"

#include <array>

#include <linux/audit.h>

namespace lbundle::tracer {
namespace {

using enum Purpose;
using enum Follow;
using Condition::command_of;

constexpr PathCall table[] = {
    // name, x86_64, i386, aarch64, purpose, dirfd, path, flags, follow
    {"open", 2, 5, -1, Purpose::open, -1, 0, 1, open_flags},
    {"openat", 257, 295, 56, Purpose::open, 0, 1, 2, open_flags},
    {"openat2", 437, 437, 437, Purpose::open, 0, 1, 2, open_how},
    {"creat", 85, 8, -1, Purpose::open, -1, 0, -1, open_flags},
    {"uselib", 134, 86, -1, Purpose::open, -1, 0, -1, always},
    {"open_by_handle_at", 304, 342, 265, open_by_handle, -1, -1, -1, always},
    {"stat", 4, 106, -1, stat, -1, 0, -1, always},
    {"lstat", 6, 107, -1, stat, -1, 0, -1, never},
    {"oldstat", -1, 18, -1, stat, -1, 0, -1, always},
    {"oldlstat", -1, 84, -1, stat, -1, 0, -1, never},
    {"stat64", -1, 195, -1, stat, -1, 0, -1, always},
    {"lstat64", -1, 196, -1, stat, -1, 0, -1, never},
    {"newfstatat", 262, -1, 79, stat, 0, 1, 3, unless_nofollow, none, -1, -1, Condition::path},
    {"fstatat64", -1, 300, -1, stat, 0, 1, 3, unless_nofollow, none, -1, -1, Condition::path},
    {"statx", 332, 383, 291, stat, 0, 1, 2, unless_nofollow, none, -1, -1, Condition::path},
    {"access", 21, 33, -1, stat, -1, 0, -1, always},
    {"faccessat", 269, 307, 48, stat, 0, 1, -1, always},
    {"faccessat2", 439, 439, 439, stat, 0, 1, 3, unless_nofollow},
    {"statfs", 137, 99, 43, stat, -1, 0, -1, always},
    {"statfs64", -1, 268, -1, stat, -1, 0, -1, always},
    {"name_to_handle_at", 303, 341, 264, stat, 0, 1, 4, if_follow},
    {"inotify_add_watch", 254, 292, 27, stat, -1, 1, 2, unless_dont_follow},
    {"fanotify_mark", 301, -1, 263, stat, 3, 4, -1, always},
    {"fanotify_mark", -1, 339, -1, stat, 4, 5, -1, always},
    {"getxattr", 191, 229, 8, stat, -1, 0, -1, always},
    {"lgetxattr", 192, 230, 9, stat, -1, 0, -1, never},
    {"listxattr", 194, 232, 11, stat, -1, 0, -1, always},
    {"llistxattr", 195, 233, 12, stat, -1, 0, -1, never},
    {"getxattrat", 464, 464, 464, stat, 0, 1, 2, unless_nofollow},
    {"listxattrat", 465, 465, 465, stat, 0, 1, 2, unless_nofollow},
    {"file_getattr", 468, 468, 468, stat, 0, 1, 4, unless_nofollow},
    {"readlink", 89, 85, -1, read_link, -1, 0, -1, never},
    {"readlinkat", 267, 305, 78, read_link, 0, 1, -1, never},
    {"execve", 59, 11, 221, execute, -1, 0, -1, always},
    {"execveat", 322, 358, 281, execute, 0, 1, 4, unless_nofollow},
    {"getdents", 78, 141, -1, list, 0, -1, -1, always},
    {"getdents64", 217, 220, 61, list, 0, -1, -1, always},
    {"readdir", -1, 89, -1, list, 0, -1, -1, always},
    {"chdir", 80, 12, 49, enter, -1, 0, -1, always},
    {"chroot", 161, 61, 51, change_root, -1, 0, -1, always},
    {"pivot_root", 155, 217, 41, change_root, -1, 0, -1, always, enter, -1, 1},
    {"unshare", 272, 310, 97, move_root, -1, -1, -1, always},
    {"setns", 308, 346, 268, move_root, -1, -1, -1, always},
    {"mount", 165, 21, 40, mount_source, -1, 0, -1, always, mount, -1, 1},
    {"umount", -1, 22, -1, mount, -1, 0, -1, always},
    {"umount2", 166, 52, 39, mount, -1, 0, -1, always},
    {"open_tree", 428, 428, 428, mount, 0, 1, 2, unless_nofollow},
    {"open_tree_attr", 467, 467, 467, mount, 0, 1, 2, unless_nofollow},
    {"move_mount", 429, 429, 429, mount, 0, 1, -1, never, mount, 2, 3},
    {"fspick", 433, 433, 433, mount, 0, 1, -1, always},
    {"mount_setattr", 442, 442, 442, mount, 0, 1, 2, unless_nofollow},
    {"mkdir", 83, 39, -1, create, -1, 0, -1, never},
    {"mkdirat", 258, 296, 34, create, 0, 1, -1, never},
    {"mknod", 133, 14, -1, create, -1, 0, -1, never},
    {"mknodat", 259, 297, 33, create, 0, 1, -1, never},
    {"symlink", 88, 83, -1, create, -1, 1, -1, never},
    {"symlinkat", 266, 304, 36, create, 1, 2, -1, never},
    {"link", 86, 9, -1, link_from, -1, 0, -1, never, create, -1, 1},
    {"linkat", 265, 303, 37, link_from, 0, 1, 4, if_follow, create, 2, 3},
    {"rename", 82, 38, -1, rename_from, -1, 0, -1, never, create, -1, 1},
    {"renameat", 264, 302, 38, rename_from, 0, 1, -1, never, create, 2, 3},
    {"renameat2", 316, 353, 276, rename_from, 0, 1, -1, never, create, 2, 3},
    {"unlink", 87, 10, -1, remove, -1, 0, -1, never},
    {"unlinkat", 263, 301, 35, remove, 0, 1, -1, never},
    {"rmdir", 84, 40, -1, remove, -1, 0, -1, never},
    {"truncate", 76, 92, 45, modify, -1, 0, -1, always},
    {"truncate64", -1, 193, -1, modify, -1, 0, -1, always},
    {"chmod", 90, 15, -1, modify, -1, 0, -1, always},
    {"fchmodat", 268, 306, 53, modify, 0, 1, -1, always},
    {"fchmodat2", 452, 452, 452, modify, 0, 1, 3, unless_nofollow},
    {"chown", 92, 182, -1, modify, -1, 0, -1, always},
    {"lchown", 94, 16, -1, modify, -1, 0, -1, never},
    {"chown32", -1, 212, -1, modify, -1, 0, -1, always},
    {"lchown32", -1, 198, -1, modify, -1, 0, -1, never},
    {"fchownat", 260, 298, 54, modify, 0, 1, 4, unless_nofollow},
    {"utime", 132, 30, -1, modify, -1, 0, -1, always},
    {"utimes", 235, 271, -1, modify, -1, 0, -1, always},
    {"futimesat", 261, 299, -1, modify, 0, 1, -1, always, none, -1, -1, Condition::path},
    {"utimensat", 280, 320, 88, modify, 0, 1, 3, unless_nofollow, none, -1, -1, Condition::path},
    {"utimensat_time64", -1, 412, -1, modify, 0, 1, 3, unless_nofollow, none, -1, -1, Condition::path},
    {"setxattr", 188, 226, 5, modify, -1, 0, -1, always},
    {"lsetxattr", 189, 227, 6, modify, -1, 0, -1, never},
    {"removexattr", 197, 235, 14, modify, -1, 0, -1, always},
    {"lremovexattr", 198, 236, 15, modify, -1, 0, -1, never},
    {"setxattrat", 463, 463, 463, modify, 0, 1, 2, unless_nofollow},
    {"removexattrat", 466, 466, 466, modify, 0, 1, 2, unless_nofollow},
    {"file_setattr", 469, 469, 469, modify, 0, 1, 4, unless_nofollow},
    {"acct", 163, 51, 89, modify, -1, 0, -1, always},
    {"swapon", 167, 87, 224, modify, -1, 0, -1, always},
    {"swapoff", 168, 115, 225, stat, -1, 0, -1, always},
    {"bind", 49, 361, 200, Purpose::bind, -1, 1, 2, never},
    {"connect", 42, 362, 203, Purpose::connect, -1, 1, 2, always},
    {"sendto", 44, 369, 206, Purpose::connect, -1, 4, 5, always, none, -1, -1, Condition::path},
    {"sendmsg", 46, 370, 211, send_message, -1, 1, 2, always, none, -1, -1, Condition::not_own},
    {"sendmmsg", 307, 345, 269, send_messages, -1, 1, 2, always},
    {"socketcall", -1, 102, -1, socket_call, -1, -1, -1, always, none, -1, -1, command_of},
    {"bpf", 321, 357, 280, bpf_object, -1, 1, -1, always, none, -1, -1, command_of},
    {"fsconfig", 431, 431, 431, configure_mount, 4, 3, 1, always, none, -1, -1, command_of},
    {"quotactl", 179, 131, 60, stat, -1, 1, -1, always, none, -1, -1, Condition::path},
    {"io_uring_setup", 425, 425, 425, refuse, -1, -1, -1, always},
};

// Numbers are below 512 in all three tables, so a lookup is one array access.
constexpr int number_bound = 512;
using Index = std::array<std::int16_t, number_bound>;

Index make_index(CallTable which) {
  Index index{};
  index.fill(-1);
  for (std::size_t i = 0; i < std::size(table); ++i) {
    const int number = call_number(table[i], which);
    if (number >= 0) index[static_cast<std::size_t>(number)] = static_cast<std::int16_t>(i);
  }
  return index;
}

}  // namespace

std::span<const PathCall> path_calls() {
  return table;
}

std::span<const std::uint32_t> commands_of(const PathCall& call) {
  // linux/net.h: bind, connect, sendto, sendmsg, sendmmsg; linux/bpf.h: BPF_OBJ_PIN, BPF_OBJ_GET;
  // linux/mount.h: FSCONFIG_SET_STRING, FSCONFIG_SET_PATH, FSCONFIG_SET_PATH_EMPTY.
  static constexpr std::array<std::uint32_t, 5> of_socketcall = {2, 3, 11, 16, 20};
  static constexpr std::array<std::uint32_t, 2> of_bpf = {6, 7};
  static constexpr std::array<std::uint32_t, 3> of_fsconfig = {1, 3, 4};
  if (call.purpose == socket_call) return of_socketcall;
  if (call.purpose == bpf_object) return of_bpf;
  if (call.purpose == configure_mount) return of_fsconfig;
  return {};
}

int call_number(const PathCall& call, CallTable table_of) {
  switch (table_of) {
    case CallTable::x86_64:
      return call.x86_64;
    case CallTable::i386:
      return call.i386;
    case CallTable::aarch64:
      return call.aarch64;
  }
  return -1;
}

const PathCall* find_call(CallTable table_of, int number) {
  static const std::array<Index, 3> indexes = {make_index(CallTable::x86_64), make_index(CallTable::i386),
                                               make_index(CallTable::aarch64)};
  if (number < 0 || number >= number_bound) return nullptr;
  const int at = indexes[static_cast<std::size_t>(table_of)][static_cast<std::size_t>(number)];
  return at < 0 ? nullptr : &table[at];
}

std::span<const NativeTable> native_tables() {
#if defined(__x86_64__)
  static constexpr NativeTable native[] = {{AUDIT_ARCH_X86_64, CallTable::x86_64},
                                           {AUDIT_ARCH_I386, CallTable::i386}};
#elif defined(__aarch64__)
  static constexpr NativeTable native[] = {{AUDIT_ARCH_AARCH64, CallTable::aarch64}};
#else
#error "lbundle-trace knows only the system calls of x86_64 and aarch64"
#endif
  return native;
}

}  // namespace lbundle::tracer
