#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "access.hpp"
#include "unique_fd.hpp"

namespace lbundle::tracer {

/// A directory from which paths are walked, and its name as the tracee sees it.
struct Place {
  int fd = -1;
  std::string path;
};

/// What a thread's paths are relative to. The descriptors belong to the caller.
struct View {
  pid_t tid = 0;   ///< the thread, in the tracer's pid namespace; /proc/self means it
  pid_t tgid = 0;  ///< its process
  int root = -1;   ///< its root directory
  /// Its root directory as the tracer sees it. What the kernel prints for a descriptor starts with it.
  std::string root_prefix;
  /// False if the tracer must not touch the file system. Then paths are taken as they are written, and as
  /// found.
  bool may_look = true;
};

struct WalkOptions {
  bool follow_last = true;   ///< if the last name is a link, it is followed
  bool need_parent = false;  ///< if only the last name is missing, the state is Walk::State::creatable
  bool need_fd = false;      ///< the file is to be opened (O_PATH)
};

/// Where a path leads.
struct Walk {
  enum class State {
    found,
    missing,    ///< some name on the way does not exist
    creatable,  ///< only the last name does not exist; reported only with need_parent
    denied,     ///< a directory on the way may not be searched
    pseudo,     ///< not the name of a file: a pipe, a socket, a name longer than any directory can hold
  };
  State state = State::pseudo;
  std::string path;         ///< if missing: the deepest directory that exists, and the rest of the names
  std::vector<Link> links;  ///< links crossed, except those of /proc
  UniqueFd fd;              ///< open with O_PATH if it was asked for and the file exists
};

/// Walks `path` as the kernel would for the thread, starting from `base` if it is relative. It only looks:
/// everything that it opens, it opens with O_PATH.
Walk walk_path(const View& view, const Place& base, std::string_view path, const WalkOptions& options);

/// Finds the name of an open file, as seen from the tracee's root. Returns false if it has none (a pipe, a
/// socket, memory).
bool path_of_fd(const View& view, int fd, std::string& out);

/// Removes the tracee's root from the start of a path that the kernel printed for the tracer.
void strip_root(const View& view, std::string& path);

/// Returns `path` as an absolute path, without empty and "." components. A ".." stays, except at the start,
/// because the root is its own parent.
std::string clean_path(std::string_view path);

/// True for a relative name that starts like a URL or a driver's prefix, such as `MEM:::DATAPOINTER=1` or
/// `s3://bucket/a`. Libraries look for such names as if they were files. Only to be called for names that are
/// missing.
bool is_pseudo_name(std::string_view path);

}  // namespace lbundle::tracer
