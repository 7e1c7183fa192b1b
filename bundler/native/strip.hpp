// strip: removes from native code what no loader maps.
#pragma once

#include <set>

#include "cache/store.hpp"
#include "model/bundle.hpp"
#include "project/project.hpp"

namespace lbundle {

struct StripOptions {
  const Store& store;
  unsigned jobs = 1;
  // Where the originals of files with symbols or debug sections are kept for a debugger. A file with a
  // build-id goes to FOLDER/.build-id/ab/cdef….debug. elfutils find it there by `--debuginfo-path=FOLDER`;
  // gdb loads it by `add-symbol-file`, because it looks for the build-id in sections that are gone. A file
  // without a build-id goes to its own path. Empty: nothing is kept.
  HostPath debug_files = {};
  // Also removes code of private libraries (rules/libraries.toml) that nothing in the bundle can call.
  bool only_reached_functions = false;
  // Paths in the bundle of files that stay as they are.
  std::set<BundlePath> untouched = {};
};

// Rewrites every library and program from what a loader maps (elf/relayout.hpp), checks it against the
// original, and replaces the original if the new file is smaller. A note "native-kept" says why a file stays
// as it was. Throws Error if a file cannot be read or written.
Bundle strip(Bundle bundle, const StripOptions& options);

}  // namespace lbundle
