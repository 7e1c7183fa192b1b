// Makes the report and the manifest of a build from the results of its stages.
#pragma once

#include "engine/container_choice.hpp"
#include "judge.hpp"
#include "package/pack.hpp"
#include "report/build_report.hpp"
#include "report/manifest.hpp"
#include "shrink.hpp"
#include "unshrunk.hpp"

namespace lbundle {

// The results of one attempt at a bundle.
struct Made {
  Shrunk shrunk;
  PackedZip packed;
  ZipVerdict verdict;
};

Manifest assemble_manifest(const Function& function, const Backend& backend, const Unshrunk& unshrunk,
                           const Made& made);

// Returns the report without the stages' rows, the paths of the outputs and the time. `repaired` are the
// findings about repairs.
BuildReport assemble_report(const JudgeSettings& settings, const Backend& backend, const Unshrunk& unshrunk,
                            const Made& made, const Findings& repaired, const Manifest& manifest);

}  // namespace lbundle
