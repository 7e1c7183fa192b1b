// Keeps what is known of each traced process, and decides what of it goes to the log.
//
// A process's root directory is kept open, because each walk starts there. This ends when some traced process
// calls one of the few calls that move roots. From then on the root is opened again for each call, because
// such a call can also move the root of other processes (pivot_root does, and so does chroot for processes
// that share their root).
#include "recorder.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <memory>

#include <dirent.h>
#include <fcntl.h>

#include "trace_error.hpp"
#include "tracee.hpp"

namespace lbundle::tracer {
namespace {

constexpr std::uint32_t x32_bit = 0x40000000;  // __X32_SYSCALL_BIT of asm/unistd.h

const PathCall* look_up(const Call& call) {
  for (const NativeTable& native : native_tables()) {
    if (native.audit_arch == call.audit_arch) return find_call(native.table, call.number);
  }
  return nullptr;
}

std::string_view foreign_name(const Call& call) {
  return (static_cast<std::uint32_t>(call.number) & x32_bit) != 0 ? "x32" : "foreign architecture";
}

// The path of a line of /proc/PID/maps, where newlines are written as \012. Empty if the line maps no file.
std::string mapped_path(std::string_view line) {
  static constexpr std::string_view deleted = " (deleted)";
  const std::size_t slash = line.find('/');
  if (slash == std::string_view::npos || line.ends_with(deleted)) return {};
  std::string path;
  for (std::size_t at = slash; at < line.size(); ++at) {
    const bool newline = line.compare(at, 4, "\\012") == 0;
    path += newline ? '\n' : line[at];
    if (newline) at += 3;
  }
  return path;
}

// True if the octal "flags:" of /proc/PID/fdinfo/N contain O_CLOEXEC.
bool closes_on_exec(const std::string& fdinfo) {
  const std::size_t at = fdinfo.find("flags:");
  return at != std::string::npos && (std::strtoul(fdinfo.c_str() + at + 6, nullptr, 8) & O_CLOEXEC) != 0;
}

}  // namespace

Recorder::Recorder(LogWriter& log, std::vector<std::string> roots)
    : log_(log),
      roots_(std::move(roots)),
      own_exe_(read_proc_link("self/exe")),
      own_namespace_(read_proc_link("self/ns/mnt")),
      mounts_(read_mounts(read_proc_file("self/mountinfo"))) {}

pid_t Recorder::process_of(pid_t tid) {
  const auto known = process_of_thread_.find(tid);
  if (known != process_of_thread_.end()) return known->second;
  Identity identity;
  const pid_t pid = read_identity(tid, identity) ? identity.tgid : tid;
  process_of_thread_[tid] = pid;
  if (processes_.try_emplace(pid).second && on_new_process_) on_new_process_(pid);
  return pid;
}

bool Recorder::view_of(pid_t tid, pid_t pid, View& view, std::string& why) {
  Process& process = processes_[pid];
  const std::string link = std::to_string(tid) + "/root";
  UniqueFd& root = roots_may_move_ ? passing_root_ : process.root;
  if (roots_may_move_ || !root) {
    root.reset(::openat(proc_fd(), link.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!root) return why = error_text(errno), false;
    process.root_prefix = read_proc_link(link);
  }
  view = {tid, pid, root.get(), process.root_prefix, may_look_};
  return true;
}

// The path by which the tracer sees what a process with a root or mounts of its own calls `path`: if there
// are several, one that is to be logged. Empty if the tracer does not see it.
std::optional<std::string> Recorder::outer_path(const View& view, const std::string& path) const {
  const std::string thread = std::to_string(view.tid);
  const bool shares = read_proc_link(thread + "/ns/mnt") == own_namespace_;
  // In the tracer's own namespace the root is a folder that the tracer can name. Mounts that the command has
  // made there are still to be undone.
  const std::string full = shares && view.root_prefix.size() > 1 ? clean_path(view.root_prefix + path) : path;
  const auto there = read_mounts(read_proc_file((shares ? "self" : thread) + "/mountinfo"));
  const auto places = places_of(full, there, mounts_);
  if (places.empty()) return std::nullopt;
  const auto wanted = std::ranges::find_if(places, [&](const auto& place) { return is_wanted(place); });
  return wanted == places.end() ? places.front() : *wanted;
}

void Recorder::move_outside(const View& view, Observation& seen) const {
  bool unknown = false;
  std::erase_if(seen.accesses, [&](Access& access) {
    const auto path = outer_path(view, access.path);
    unknown = unknown || (!path && (is_wanted(access.path) || is_wanted(access.asked)));
    if (!path) return true;
    access.path = *path;
    access.asked = outer_path(view, access.asked).value_or(*path);
    for (Link& link : access.links) link.path = outer_path(view, link.path).value_or(link.path);
    return false;
  });
  if (unknown && seen.unread.empty()) seen.unread = "it names a file that only the traced process sees";
}

Observation Recorder::observe(const Call& call) {
  ++calls_;
  Observation seen;
  seen.pid = process_of(call.tid);
  const PathCall* shape = look_up(call);
  if (shape == nullptr || shape->purpose == Purpose::refuse) {
    seen.refuse = true;
    seen.call = shape == nullptr ? foreign_name(call) : shape->name;
    return seen;
  }
  seen.call = shape->name;
  if (processes_[seen.pid].exec_pending) executed(call.tid);
  View view;
  if (view_of(call.tid, seen.pid, view, seen.unread)) {
    observe_paths(call, *shape, view, seen);
    if (roots_may_move_) move_outside(view, seen);
  }
  const bool moves = shape->purpose == Purpose::change_root || shape->purpose == Purpose::move_root ||
                     shape->purpose == Purpose::mount || shape->purpose == Purpose::mount_source;
  roots_may_move_ = roots_may_move_ || moves;
  return seen;
}

void Recorder::commit(const Observation& seen, int error) {
  announce(seen.pid);
  look_for_file_server(seen);
  Process& process = processes_[seen.pid];
  if (seen.executes && error <= 0) process.exec_pending = true;
  if (seen.refuse && is_new(seen.pid, '!', std::string(seen.call))) log_.refused(seen.pid, seen.call);
  if (!seen.unread.empty() && is_new(seen.pid, '?', std::string(seen.call))) {
    log_.unread(seen.pid, seen.call, seen.unread);
  }
  for (const Access& access : seen.accesses) {
    // If there is one path, the call's own errno is more reliable than the walk. If there are two, it does
    // not say which of them it means.
    Kind kind = access.kind;
    const bool is_exact = error >= 0 && seen.accesses.size() == 1;
    if (is_exact && error == 0) kind = access.intended;
    if (is_exact && (error == ENOENT || error == ENOTDIR)) kind = Kind::missing;
    log_access(seen.pid, access, kind, std::max(error, 0));
  }
}

// A process that opens /dev/fuse is about to serve a file system. If the tracer looked into that file system,
// it would wait for the server, and the server, at its next call, would wait for the tracer.
void Recorder::look_for_file_server(const Observation& seen) {
  for (const Access& access : seen.accesses) {
    if (!may_look_ || access.kind != Kind::opened || access.path != "/dev/fuse") continue;
    may_look_ = false;
    log_.note(
        "a traced process serves a file system (/dev/fuse): from here on paths are taken as they are "
        "written");
  }
}

void Recorder::log_access(pid_t pid, const Access& access, Kind kind, int error) {
  for (const Link& link : access.links) {
    if (is_wanted(link.path) && is_new(pid, '@', link.path)) log_.link(pid, link.path, link.target);
  }
  const char mark = static_cast<char>('a' + static_cast<int>(kind));
  if (!is_wanted(access.path) && !is_wanted(access.asked)) return;
  if (is_new(pid, mark, access.path)) log_.access(pid, kind, access.path, error);
}

bool Recorder::is_new(pid_t pid, char mark, const std::string& path) {
  return processes_[pid].seen.insert(mark + path).second;
}

bool Recorder::is_wanted(std::string_view path) const {
  if (roots_.empty()) return true;
  return std::any_of(roots_.begin(), roots_.end(), [path](const std::string& root) {
    return path.starts_with(root) && (root == "/" || path.size() == root.size() || path[root.size()] == '/');
  });
}

void Recorder::announce(pid_t pid) {
  Process& process = processes_[pid];
  if (process.announced) return;
  process.announced = true;
  Identity identity;
  read_identity(pid, identity);
  process.exe = read_proc_link(std::to_string(pid) + "/exe");
  // Until its exec, the first process is still a copy of the tracer.
  if (process.exe == own_exe_) process.exe.clear();
  log_.process(pid, identity.parent, process.exe);
}

void Recorder::executed(pid_t tid) {
  const pid_t pid = process_of(tid);
  Process& process = processes_[pid];
  process.exec_pending = false;
  if (read_proc_link(std::to_string(pid) + "/exe") != process.exe) process.announced = false;
  announce(pid);
  View view;
  std::string why;
  if (view_of(tid, pid, view, why)) log_maps(pid, view);
}

void Recorder::log_maps(pid_t pid, const View& view) {
  const std::string maps = read_proc_file(std::to_string(pid) + "/maps");
  for (std::size_t at = 0; at < maps.size();) {
    const std::size_t end = std::min(maps.find('\n', at), maps.size());
    std::string path = mapped_path(std::string_view(maps).substr(at, end - at));
    at = end + 1;
    if (path.empty()) continue;
    strip_root(view, path);
    found_inside(view, Kind::mapped, path);
  }
}

void Recorder::found(pid_t pid, Kind kind, const std::string& path) {
  processes_.try_emplace(pid);
  announce(pid);
  log_access(pid, {kind, kind, path, path, {}}, kind, 0);
}

void Recorder::found_inside(const View& view, Kind kind, const std::string& path) {
  const auto outside = roots_may_move_ ? outer_path(view, path) : path;
  if (outside) found(view.tgid, kind, *outside);
}

void Recorder::found_link(pid_t pid, const std::string& path, const std::string& target) {
  processes_.try_emplace(pid);
  announce(pid);
  if (is_wanted(path) && is_new(pid, '@', path)) log_.link(pid, path, target);
}

void Recorder::inherited(pid_t pid) {
  process_of(pid);
  View view;
  std::string why;
  const std::string directory = std::to_string(pid) + "/fd";
  const int fd = ::openat(proc_fd(), directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const std::unique_ptr<DIR, int (*)(DIR*)> listing(fd < 0 ? nullptr : ::fdopendir(fd), &::closedir);
  if (!listing || !view_of(pid, pid, view, why)) return;
  while (const dirent* entry = ::readdir(listing.get())) {
    const std::string name = entry->d_name;
    if (name.front() == '.' || closes_on_exec(read_proc_file(std::to_string(pid) + "/fdinfo/" + name)))
      continue;
    const UniqueFd file(::openat(fd, name.c_str(), O_PATH | O_CLOEXEC));
    std::string path;
    if (file && path_of_fd(view, file.get(), path)) found(pid, Kind::inherited, path);
  }
}

void Recorder::exited(pid_t pid, int status) {
  const auto known = processes_.find(pid);
  if (known == processes_.end()) return;
  if (known->second.announced) log_.exit(pid, status);
  processes_.erase(known);
  std::erase_if(process_of_thread_, [pid](const auto& entry) { return entry.second == pid; });
}

}  // namespace lbundle::tracer
