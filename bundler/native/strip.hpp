// strip: native code less what no loader maps.
#pragma once

#include <set>

#include "cache/store.hpp"
#include "model/bundle.hpp"
#include "project/project.hpp"

namespace lbundle {

struct StripOptions {
  const Store& store;
  unsigned jobs = 1;
  // Where the originals of files that had symbols or debug sections are kept for a debugger:
  // FOLDER/.build-id/ab/cdef….debug, which elfutils find by `--debuginfo-path=FOLDER`, and gdb takes by
  // `add-symbol-file` (by itself it looks for the build-id in sections, which are gone); without a build-id
  // under the file's own path. Nothing is kept where it is empty.
  HostPath debug_files = {};
  // Code of private libraries (rules/libraries.toml) that nothing in the bundle can call goes too.
  bool only_reached_functions = false;
  // By path in the bundle: these stay as they are.
  std::set<BundlePath> untouched = {};
};

// As the project file says.
StripOptions strip_options(const Project& project, const Store& store, unsigned jobs);

// Every library and program is written anew from what is loaded (elf/relayout.hpp), checked against the
// original, and replaced where it is smaller. What should or must stay as it was stays, with a note
// "native-kept" among the findings that says why. Throws Error where a file cannot be read or the new one not
// be written.
Bundle strip(Bundle bundle, const StripOptions& options);

}  // namespace lbundle
