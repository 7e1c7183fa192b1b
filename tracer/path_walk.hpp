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

/// The world in which a thread's paths have a meaning. The descriptors belong to the caller.
struct View {
  pid_t tid = 0;   ///< the thread, in the tracer's pid namespace; /proc/self means it
  pid_t tgid = 0;  ///< its process
  int root = -1;   ///< its root directory
  /// Its root directory as the tracer sees it: what the kernel prints for a descriptor starts with it.
  std::string root_prefix;
  /// False if the tracer must not touch the file system: then paths are taken as they are written, and as
  /// found.
  bool may_look = true;
};

struct WalkOptions {
  bool follow_last = true;  ///< a link in the last place is followed
  bool need_parent =
      false;             ///< if only the last name is missing, that is told apart (Walk::State::creatable)
  bool need_fd = false;  ///< the file is wanted open (O_PATH)
};

/// Where a path leads.
struct Walk {
  enum class State {
    found,
    missing,    ///< some name on the way is not there
    creatable,  ///< the last name alone is not there; told only with need_parent
    denied,     ///< a directory on the way may not be searched
    pseudo,     ///< no name of a file: a pipe, a socket, a name longer than any directory can hold
  };
  State state = State::pseudo;
  std::string path;         ///< if missing: the deepest directory that is there, and the rest of the names
  std::vector<Link> links;  ///< links crossed, but for those of /proc
  UniqueFd fd;              ///< open with O_PATH if it was asked for and the file is there
};

/// Walks `path` as the kernel would for the thread, starting from `base` if it is relative. Looks only; opens
/// nothing but with O_PATH.
Walk walk_path(const View& view, const Place& base, std::string_view path, const WalkOptions& options);

/// The name of an open file as the tracee's root sees it. Returns false if it has none (a pipe, a socket,
/// memory).
bool path_of_fd(const View& view, int fd, std::string& out);

/// Takes the tracee's root off a path that the kernel printed for the tracer: what it prints starts with the
/// root.
void strip_root(const View& view, std::string& path);

/// `path` absolute, without empty and "." components; ".." is left alone, but a leading "..": the root is its
/// own parent.
std::string clean_path(std::string_view path);

/// True for a relative name that starts like a URL or a driver's prefix, as `MEM:::DATAPOINTER=1` or
/// `s3://bucket/a`: libraries probe for such names as if they were files. Only to be asked of names that are
/// missing.
bool is_pseudo_name(std::string_view path);

}  // namespace lbundle::tracer
