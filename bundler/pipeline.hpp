// `lbundle build`: every stage in order.
#pragma once

#include <optional>

#include "cache/store.hpp"
#include "project/project.hpp"
#include "report/build_report.hpp"

namespace lbundle {

struct BuildOptions {
  HostPath output;  // the zip; the manifest and the page lie beside it under the same stem
  unsigned jobs = 1;
  // The committed access log is the evidence, and no event runs under the tracer.
  bool frozen = false;
  // The sizes of a published zip become the project's baseline; what grew needs a reason.
  bool update_baseline = false;
  std::string reason;
  // Where an event fails on the bundle and not unshrunk, what it lacked is kept. Never together with
  // `frozen`: a decision that the project file does not hold would then depend on a run.
  bool repair = true;
  // Where the originals of libraries that had symbols or debug sections go (native/strip.hpp); empty:
  // nowhere.
  HostPath debug_files = {};
};

struct BuildOutcome {
  BuildReport report;
  // False where a limit was exceeded or an answer changed: then what stood at `output` is as it was, and zip,
  // manifest and page of this build lie in .lbundle/rejected for a look.
  bool published = false;
};

// Throws Error where a stage could not do its work.
BuildOutcome build(const Project& project, const BuildOptions& options, const Store& store);

}  // namespace lbundle
