#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include <sys/types.h>

#include "access.hpp"
#include "call_paths.hpp"
#include "log_writer.hpp"
#include "mount_view.hpp"
#include "path_walk.hpp"
#include "unique_fd.hpp"

namespace lbundle::tracer {

/// Knows the traced processes and writes records of what their calls do: each (process, kind, path) once.
class Recorder {
 public:
  /// Logs only paths that are below one of `roots`, before or after resolution. Without roots, logs
  /// everything.
  Recorder(LogWriter& log, std::vector<std::string> roots);

  /// Called with each process when it is first seen.
  void on_new_process(std::function<void(pid_t)> callback) { on_new_process_ = std::move(callback); }

  /// Reads and walks a call's paths. The thread must be held until commit().
  Observation observe(const Call& call);
  /// Logs an observation. `error` is the call's errno, 0 for success, or -1 if the call has not happened yet.
  /// With -1, the result of the walk is logged.
  void commit(const Observation& seen, int error = -1);

  /// Logs the files that are open in a process from its start and stay open over its exec.
  void inherited(pid_t pid);
  /// Logs a process's program and the files that it has mapped. To be called after an exec, while the process
  /// is held.
  void executed(pid_t tid);
  /// Logs a file that was found by other means than a call.
  void found(pid_t pid, Kind kind, const std::string& path);
  /// Logs a crossed link that was found by other means than a call.
  void found_link(pid_t pid, const std::string& path, const std::string& target);
  /// To be called when a process has ended. `status` is its wait status, or -1 if that is not known.
  void exited(pid_t pid, int status);

  LogWriter& log() { return log_; }
  /// How many calls were observed.
  std::uint64_t calls() const { return calls_; }

 private:
  struct Process {
    UniqueFd root;
    std::string root_prefix;
    std::string exe;
    bool announced = false;
    bool exec_pending = false;
    std::unordered_set<std::string> seen;
  };

  pid_t process_of(pid_t tid);
  bool view_of(pid_t tid, pid_t pid, View& view, std::string& why);
  void announce(pid_t pid);
  bool is_wanted(std::string_view path) const;
  bool is_new(pid_t pid, char mark, const std::string& path);
  void log_access(pid_t pid, const Access& access, Kind kind, int error);
  void look_for_file_server(const Observation& seen);
  void log_maps(pid_t pid, const View& view);
  std::optional<std::string> outer_path(const View& view, const std::string& path) const;
  void move_outside(const View& view, Observation& seen) const;
  void found_inside(const View& view, Kind kind, const std::string& path);

  LogWriter& log_;
  std::vector<std::string> roots_;
  std::string own_exe_;
  std::string own_namespace_;  // of mounts
  std::vector<Mount> mounts_;  // of the tracer, before the command started
  std::function<void(pid_t)> on_new_process_;
  std::unordered_map<pid_t, pid_t> process_of_thread_;
  std::unordered_map<pid_t, Process> processes_;
  UniqueFd passing_root_;        // the root for the current call, once roots may move
  bool roots_may_move_ = false;  // some process has called chroot or a similar call
  bool may_look_ = true;         // no traced process serves a file system
  std::uint64_t calls_ = 0;
};

}  // namespace lbundle::tracer
