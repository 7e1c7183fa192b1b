// A build needs two things of the unshrunk tree, and they are apart: what the representative run touched, to
// decide by, and what it answered, to judge by. The first can be committed and replayed where no event can
// run, for another architecture or in a locked-down CI; the second cannot, and what was not judged is said.
#include "runs/collect_evidence.hpp"

#include "model/text.hpp"
#include "runs/committed_evidence.hpp"

namespace lbundle {

Observation observe(const Project& project, const StagedTree& tree, const SandboxPlan& plan,
                    const TraceOptions& options, const Store& store) {
  auto traced = trace(tree, plan, project.events, options, store);
  add_to_committed_log(traced.log, tree, project);
  return {std::move(traced.log), std::move(traced.answers), {}};
}

Observation observe_frozen(const Project& project, const StagedTree& tree, const SandboxPlan& plan,
                           const TraceOptions& options, const std::optional<Error>& obstacle,
                           const Store& store) {
  const auto file = committed_log_path(project);
  if (!fs::exists(file)) {
    throw Error("build", project.function.name,
                format("{} is not there, and --frozen runs no trace", file.string()),
                "run `lbundle trace` where the events can run, and commit what it writes");
  }
  auto recalled = recall(read_committed_log(file), tree);
  Observation observation{std::move(recalled.log), std::nullopt, std::move(recalled.findings)};
  if (obstacle) {
    observation.findings.push_back({Severity::warning, "not-verified", "",
                                    format("no event ran on the bundle: {}", obstacle->what()),
                                    "run `lbundle verify` on the zip where the events can run"});
  } else {
    observation.answers = trace(tree, plan, project.events, options, store).answers;
  }
  return observation;
}

}  // namespace lbundle
