// Turns a call's arguments into accesses. The call has not happened yet, so what it will do is predicted from
// its flags and from what its path leads to now. An open for reading is "opened" if the file exists, and
// "missing" if it does not, unless O_CREAT will make it. Between the walk and the call, another thread can
// change the tree. The access log then says what was there when the program asked. The exact mode of the
// ptrace method can be used to confirm it.
#include "call_paths.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/openat2.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "exec_image.hpp"
#include "trace_error.hpp"
#include "tracee.hpp"
#include "unique_fd.hpp"

namespace lbundle::tracer {
namespace {

constexpr int max_interpreters = 5;  // the kernel's limit of nested binary formats, search_binary_handler()

/// A path argument and how it is to be walked.
struct Target {
  int dirfd = AT_FDCWD;
  std::uint64_t address = 0;
  bool follow = true;
  bool empty_is_dirfd = false;  // AT_EMPTY_PATH
  bool rooted = false;          // openat2's RESOLVE_IN_ROOT
};

/// A target that has been walked.
struct Reached {
  std::string name;  // as the program gave it
  Walk walk;
  Access access;
};

std::uint64_t argument(const Call& call, int index) {
  return index < 0 ? 0 : call.arguments[static_cast<std::size_t>(index)];
}

int dirfd_argument(const Call& call, int index) {
  return index < 0 ? AT_FDCWD : static_cast<int>(argument(call, index));
}

// True if this error of reading the tracee is about the tracer's rights, not about the call.
bool is_blindness(int error) {
  return error == EPERM || error == EACCES || error == ENOSYS;
}

bool open_base(const View& view, int dirfd, UniqueFd& fd, Place& place, Observation& seen) {
  const std::string thread = std::to_string(view.tid);
  const std::string link = dirfd == AT_FDCWD ? thread + "/cwd" : thread + "/fd/" + std::to_string(dirfd);
  fd.reset(::openat(proc_fd(), link.c_str(), O_PATH | O_CLOEXEC));
  if (!fd) {
    if (is_blindness(errno)) seen.unread = error_text(errno);
    return false;
  }
  place.fd = fd.get();
  return path_of_fd(view, fd.get(), place.path);
}

// RESOLVE_IN_ROOT treats the directory as the root for one walk.
Walk walk_in_root(const View& view, const Place& base, const std::string& name, const WalkOptions& options) {
  View inner = view;
  inner.root = base.fd;
  inner.root_prefix = view.root_prefix == "/" ? base.path : view.root_prefix + base.path;
  Walk walk = walk_path(inner, {base.fd, "/"}, name, options);
  if (base.path == "/") return walk;
  walk.path = clean_path(base.path + walk.path);
  for (Link& link : walk.links) link.path = base.path + link.path;
  return walk;
}

bool reach_empty(const Target& target, const View& view, Reached& reached, Observation& seen) {
  UniqueFd fd;
  Place place;
  if (!target.empty_is_dirfd || !open_base(view, target.dirfd, fd, place, seen)) return false;
  reached.walk.state = Walk::State::found;
  reached.walk.path = place.path;
  reached.walk.fd = std::move(fd);
  reached.access.asked = place.path;
  return true;
}

bool reach_name(const Target& target, const View& view, const WalkOptions& options, Reached& reached,
                Observation& seen) {
  UniqueFd fd;
  Place base{-1, "/"};
  const bool needs_base = reached.name.front() != '/' || target.rooted;
  if (needs_base && !open_base(view, target.dirfd, fd, base, seen)) return false;
  reached.walk = target.rooted ? walk_in_root(view, base, reached.name, options)
                               : walk_path(view, base, reached.name, options);
  if (reached.walk.state == Walk::State::missing && is_pseudo_name(reached.name)) return false;
  if (reached.walk.state == Walk::State::pseudo) return false;
  reached.access.asked = clean_path(needs_base ? base.path + '/' + reached.name : reached.name);
  return true;
}

// Reads the path and walks it. Returns false if there is nothing to log.
bool reach(const Target& target, const View& view, WalkOptions options, Reached& reached, Observation& seen) {
  if (target.address == 0) return false;
  if (const int error = read_string(view.tid, target.address, reached.name); error != 0) {
    if (is_blindness(error)) seen.unread = error_text(error);
    return false;
  }
  options.follow_last = target.follow;
  const bool there = reached.name.empty() ? reach_empty(target, view, reached, seen)
                                          : reach_name(target, view, options, reached, seen);
  if (!there) return false;
  reached.access.path = reached.walk.path;
  reached.access.links = std::move(reached.walk.links);
  return true;
}

void add(Observation& seen, Reached& reached, Kind intended) {
  Access access = reached.access;
  access.intended = intended;
  access.kind = intended;
  if (reached.walk.state == Walk::State::missing) access.kind = Kind::missing;
  if (reached.walk.state == Walk::State::denied) access.kind = Kind::denied;
  seen.accesses.push_back(std::move(access));
}

Kind kind_of(Purpose purpose) {
  switch (purpose) {
    case Purpose::read_link:
      return Kind::readlink;
    case Purpose::execute:
      return Kind::executed;
    case Purpose::enter:
    case Purpose::change_root:
      return Kind::entered;
    case Purpose::create:
    case Purpose::modify:
      return Kind::written;
    case Purpose::remove:
      return Kind::removed;
    case Purpose::rename_from:
      return Kind::renamed;
    case Purpose::link_from:
      return Kind::linked;
    case Purpose::bind:
      return Kind::bound;
    case Purpose::connect:
      return Kind::connected;
    case Purpose::mount:
    case Purpose::mount_source:
      return Kind::mounted;
    default:
      return Kind::stat;
  }
}

// The kernel itself opens a script's interpreters and an ELF file's ld.so, without any call.
void add_images(Reached& executed, const View& view, Observation& seen) {
  UniqueFd file = std::move(executed.walk.fd);
  for (int depth = 0; file && depth < max_interpreters; ++depth) {
    const ExecImage image = read_exec_image(file.get());
    if (image.interpreter.empty()) return;
    Reached next;
    next.name = image.interpreter;
    WalkOptions options;
    options.need_fd = true;
    if (!reach_name(Target{}, view, options, next, seen)) return;
    next.access.path = next.walk.path;
    next.access.links = std::move(next.walk.links);
    const bool script = image.form == ExecImage::Form::script;
    add(seen, next, script ? Kind::executed : Kind::mapped);
    if (!script) return;
    file = std::move(next.walk.fd);
  }
}

void observe_target(Purpose purpose, const Target& target, const View& view, Observation& seen) {
  WalkOptions options;
  options.need_parent = purpose == Purpose::create || purpose == Purpose::bind;
  options.need_fd = purpose == Purpose::execute;
  Reached reached;
  if (!reach(target, view, options, reached, seen)) return;
  if (purpose == Purpose::mount_source && reached.name.front() != '/') return;
  add(seen, reached, kind_of(purpose));
  if (purpose == Purpose::execute && reached.walk.state == Walk::State::found) {
    seen.executes = true;
    add_images(reached, view, seen);
  }
}

struct OpenFlags {
  std::uint64_t flags = 0;
  std::uint64_t resolve = 0;
};

bool read_open_flags(const Call& call, const PathCall& shape, OpenFlags& open) {
  if (shape.name == "creat") open.flags = O_CREAT | O_WRONLY | O_TRUNC;
  if (shape.flags < 0) return true;
  if (shape.follow != Follow::open_how) {
    open.flags = argument(call, shape.flags);
    return true;
  }
  open_how how{};
  if (read_memory(call.tid, argument(call, shape.flags), &how, sizeof how) != 0) return false;
  open = {how.flags, how.resolve};
  return true;
}

void add_open(Observation& seen, Reached& reached, std::uint64_t flags) {
  if ((flags & O_PATH) != 0) return add(seen, reached, Kind::stat);
  const std::uint64_t mode = flags & O_ACCMODE;
  const bool creates = reached.walk.state == Walk::State::creatable;
  const bool writes = creates || mode != O_RDONLY || (flags & O_TRUNC) != 0;
  const bool reads = !creates && mode != O_WRONLY && (flags & O_TRUNC) == 0;
  if (reads) add(seen, reached, Kind::opened);
  if (writes) add(seen, reached, Kind::written);
}

void observe_open(const Call& call, const PathCall& shape, const View& view, Observation& seen) {
  OpenFlags open;
  if (!read_open_flags(call, shape, open)) return;
  const std::uint64_t flags = open.flags;
  const std::uint64_t exclusive = O_CREAT | O_EXCL;
  Target target{dirfd_argument(call, shape.dirfd), argument(call, shape.path)};
  target.follow = (flags & O_NOFOLLOW) == 0 && (flags & exclusive) != exclusive;
  target.rooted = (open.resolve & RESOLVE_IN_ROOT) != 0;
  WalkOptions options;
  options.need_parent = (flags & O_CREAT) != 0;
  Reached reached;
  if (reach(target, view, options, reached, seen)) add_open(seen, reached, flags);
}

bool follows(const PathCall& shape, std::uint64_t flags) {
  switch (shape.follow) {
    case Follow::never:
      return false;
    case Follow::unless_nofollow:
      return (flags & AT_SYMLINK_NOFOLLOW) == 0;
    case Follow::if_follow:
      return (flags & AT_SYMLINK_FOLLOW) != 0;
    case Follow::unless_dont_follow:
      return (flags & IN_DONT_FOLLOW) == 0;
    default:
      return true;
  }
}

void observe_list(const Call& call, const PathCall& shape, const View& view, Observation& seen) {
  Reached reached;
  const Target target{static_cast<int>(argument(call, shape.dirfd)), 0, false, true, false};
  if (!reach_empty(target, view, reached, seen)) return;
  reached.access.path = reached.walk.path;
  add(seen, reached, Kind::listed);
}

// Observes a socket's address in memory. Only an address with a name in the file system matters.
void observe_address(Purpose purpose, std::uint64_t address, std::uint64_t length, const View& view,
                     Observation& seen) {
  sockaddr_un name{};
  constexpr std::size_t start = offsetof(sockaddr_un, sun_path);
  const std::size_t size = std::min<std::size_t>(length, sizeof name);
  if (size <= start || read_memory(view.tid, address, &name, size) != 0) return;
  if (name.sun_family != AF_UNIX || name.sun_path[0] == '\0') return;
  Reached reached;
  reached.name.assign(name.sun_path, ::strnlen(name.sun_path, size - start));
  WalkOptions options;
  options.need_parent = purpose == Purpose::bind;
  options.follow_last = purpose == Purpose::connect;
  if (!reach_name(Target{}, view, options, reached, seen)) return;
  reached.access.path = reached.walk.path;
  reached.access.links = std::move(reached.walk.links);
  add(seen, reached, kind_of(purpose));
}

// Reads the first two members of a struct msghdr, in 64-bit programs and in i386 ones.
void observe_message(const Call& call, std::uint64_t address, const View& view, Observation& seen) {
  if (call.audit_arch == AUDIT_ARCH_I386) {
    std::array<std::uint32_t, 2> name{};
    if (read_memory(call.tid, address, name.data(), sizeof name) != 0) return;
    return observe_address(Purpose::connect, name[0], name[1], view, seen);
  }
  msghdr message{};
  if (read_memory(call.tid, address, &message, sizeof message) != 0) return;
  observe_address(Purpose::connect, reinterpret_cast<std::uintptr_t>(message.msg_name), message.msg_namelen,
                  view, seen);
}

void observe_messages(const Call& call, std::uint64_t address, std::uint64_t count, const View& view,
                      Observation& seen) {
  constexpr std::size_t i386_size = 32;  // struct compat_mmsghdr
  constexpr std::uint64_t most = 1024;   // UIO_MAXIOV; the kernel does not go beyond it either
  const std::size_t size = call.audit_arch == AUDIT_ARCH_I386 ? i386_size : sizeof(mmsghdr);
  for (std::uint64_t i = 0; i < std::min(count & 0xffffffffU, most); ++i) {
    observe_message(call, address + i * size, view, seen);
  }
}

void observe_socketcall(const Call& call, const View& view, Observation& seen) {
  const auto which = static_cast<std::uint32_t>(call.arguments[0]);
  const bool sends_to = which == 11;
  std::array<std::uint32_t, 6> arguments{};
  const std::size_t count = sends_to ? 6 : 3;
  if (read_memory(call.tid, call.arguments[1], arguments.data(), count * sizeof arguments[0]) != 0) return;
  if (which == 16) return observe_message(call, arguments[1], view, seen);
  if (which == 20) return observe_messages(call, arguments[1], arguments[2], view, seen);
  const std::size_t at = sends_to ? 4 : 1;
  observe_address(which == 2 ? Purpose::bind : Purpose::connect, arguments[at], arguments[at + 1], view,
                  seen);
}

// BPF_OBJ_PIN makes a name for an object, BPF_OBJ_GET opens one; union bpf_attr of linux/bpf.h.
void observe_bpf(const Call& call, const View& view, Observation& seen) {
  struct {
    std::uint64_t path;
    std::uint32_t object;
    std::uint32_t flags;
    std::int32_t dirfd;
  } attributes{};
  constexpr std::uint32_t has_dirfd = 1U << 14;  // BPF_F_PATH_FD, Linux 6.5
  constexpr std::uint64_t without_dirfd = 16;
  const bool longer = call.arguments[2] >= without_dirfd + sizeof attributes.dirfd;
  const std::size_t size = longer ? without_dirfd + sizeof attributes.dirfd : without_dirfd;
  if (read_memory(view.tid, call.arguments[1], &attributes, size) != 0) return;
  Target target{AT_FDCWD, attributes.path};
  if (longer && (attributes.flags & has_dirfd) != 0) target.dirfd = attributes.dirfd;
  const bool makes = static_cast<std::uint32_t>(call.arguments[0]) == 6;
  if (makes) return observe_target(Purpose::create, target, view, seen);
  Reached reached;
  if (reach(target, view, {}, reached, seen)) add(seen, reached, Kind::opened);
}

// Observes a path given as such, or a text whose key says that it is a path.
void observe_mount_setting(const Call& call, const PathCall& shape, const View& view, Observation& seen) {
  static constexpr std::array<std::string_view, 5> path_keys = {"source", "upperdir", "workdir", "lowerdir+",
                                                                "datadir+"};
  constexpr std::uint32_t set_text = 1;      // FSCONFIG_SET_STRING
  constexpr std::uint32_t may_be_empty = 4;  // FSCONFIG_SET_PATH_EMPTY
  const auto command = static_cast<std::uint32_t>(argument(call, shape.flags));
  Target target{dirfd_argument(call, shape.dirfd), argument(call, shape.path)};
  target.empty_is_dirfd = command == may_be_empty;
  if (command == set_text) {
    std::string key;
    if (read_string(view.tid, call.arguments[2], key) != 0) return;
    if (std::find(path_keys.begin(), path_keys.end(), key) == path_keys.end()) return;
    target.dirfd = AT_FDCWD;
  }
  observe_target(command == set_text ? Purpose::mount_source : Purpose::mount, target, view, seen);
}

void observe_plain(const Call& call, const PathCall& shape, const View& view, Observation& seen) {
  const std::uint64_t flags = argument(call, shape.flags);
  Target target{dirfd_argument(call, shape.dirfd), argument(call, shape.path)};
  target.follow = follows(shape, flags);
  // A query with AT_EMPTY_PATH about an open file names no path, so it is not logged. A change to the file
  // is.
  target.empty_is_dirfd = (flags & AT_EMPTY_PATH) != 0 && shape.flags >= 0 && shape.purpose != Purpose::stat;
  observe_target(shape.purpose, target, view, seen);
  if (shape.second_purpose == Purpose::none) return;
  const Target second{dirfd_argument(call, shape.second_dirfd), argument(call, shape.second_path), false,
                      false, false};
  observe_target(shape.second_purpose, second, view, seen);
}

}  // namespace

void observe_paths(const Call& call, const PathCall& shape, const View& view, Observation& seen) {
  switch (shape.purpose) {
    case Purpose::none:
    case Purpose::move_root:
    case Purpose::refuse:
      return;
    case Purpose::open:
      return observe_open(call, shape, view, seen);
    case Purpose::list:
      return observe_list(call, shape, view, seen);
    case Purpose::bind:
    case Purpose::connect:
      return observe_address(shape.purpose, argument(call, shape.path), argument(call, shape.flags), view,
                             seen);
    case Purpose::send_message:
      return observe_message(call, argument(call, shape.path), view, seen);
    case Purpose::send_messages:
      return observe_messages(call, argument(call, shape.path), argument(call, shape.flags), view, seen);
    case Purpose::socket_call:
      return observe_socketcall(call, view, seen);
    case Purpose::bpf_object:
      return observe_bpf(call, view, seen);
    case Purpose::configure_mount:
      return observe_mount_setting(call, shape, view, seen);
    case Purpose::open_by_handle:
      seen.unread = "it names a file by its handle";
      return;
    default:
      return observe_plain(call, shape, view, seen);
  }
}

}  // namespace lbundle::tracer
