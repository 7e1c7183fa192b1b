// `lbundle build`: every stage in order.
#pragma once

#include <string>

#include "cache/store.hpp"
#include "project/project.hpp"
#include "report/build_report.hpp"

namespace lbundle {

struct BuildOptions {
  HostPath output;  // the zip; the manifest and the page go beside it, with the same stem
  unsigned jobs = 1;
  // The committed access log is the evidence, and no event runs under the tracer.
  bool frozen = false;
  // The sizes of a published zip become the project's baseline. A size that grew needs a reason.
  bool update_baseline = false;
  std::string reason;
  // If an event fails on the bundle and not on the unshrunk tree, the files that it lacked are kept. This is
  // not done if `frozen` is set: then a run would decide something that is not in the project file.
  bool repair = true;
  // Where the originals of libraries with symbols or debug sections go (native/strip.hpp). Empty: nowhere.
  HostPath debug_files = {};
};

struct BuildOutcome {
  BuildReport report;
  // False if a limit was exceeded or an answer changed. Then the files at `output` stay as they were, and
  // zip, manifest and page of this build are in .lbundle/rejected.
  bool published = false;
};

// Throws Error if a stage cannot do its work.
BuildOutcome build(const Project& project, const BuildOptions& options, const Store& store);

}  // namespace lbundle
