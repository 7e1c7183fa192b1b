// The report and the manifest of a build, from what its stages returned.
#pragma once

#include "engine/container_choice.hpp"
#include "judge.hpp"
#include "package/pack.hpp"
#include "report/build_report.hpp"
#include "report/manifest.hpp"
#include "shrink.hpp"
#include "unshrunk.hpp"

namespace lbundle {

// What one attempt at a bundle came to.
struct Made {
  Shrunk shrunk;
  PackedZip packed;
  ZipVerdict verdict;
};

Manifest assemble_manifest(const Function& function, const Backend& backend, const Unshrunk& unshrunk,
                           const Made& made);

// Everything but the stages' rows, the paths of the outputs and the time. `repaired` are the findings about
// repairs.
BuildReport assemble_report(const JudgeSettings& settings, const Backend& backend, const Unshrunk& unshrunk,
                            const Made& made, const Findings& repaired, const Manifest& manifest);

}  // namespace lbundle
