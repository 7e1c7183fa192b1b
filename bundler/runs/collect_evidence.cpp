// A build needs two things from the unshrunk tree. What the representative run used decides what is kept.
// What it answered is compared with the bundle's answers. The two are separate, because the first can be
// committed and used again where no event can run: for another architecture, or in a CI that allows no
// sandbox. The second cannot. Then the report says what was not judged.
#include "runs/collect_evidence.hpp"

#include "model/text.hpp"
#include "runs/committed_evidence.hpp"

namespace lbundle {

namespace {

CollectedEvidence recall_evidence(const EvidenceSettings& settings, const StagedTree& tree,
                                  const SandboxPlan& plan, const std::optional<Error>& obstacle,
                                  const Store& store) {
  const auto& file = settings.committed_log;
  if (!fs::exists(file)) {
    throw Error("build", settings.function.name,
                format("{} does not exist, and --frozen runs no trace", file.string()),
                "run `lbundle trace` where the events can run, and commit the file that it writes");
  }
  auto recalled = recall(read_committed_log(file), tree);
  CollectedEvidence collected{std::move(recalled.log), std::nullopt, std::move(recalled.findings)};
  if (obstacle) {
    collected.findings.push_back({Severity::warning, "not-verified", "",
                                  format("no event ran on the bundle: {}", obstacle->what()),
                                  "run `lbundle verify` on the zip where the events can run"});
  } else {
    collected.answers = trace(tree, plan, settings.events, settings.trace, store).answers;
  }
  return collected;
}

}  // namespace

CollectedEvidence collect_evidence(const EvidenceSettings& settings, const StagedTree& tree,
                                   const SandboxPlan& plan, const std::optional<Error>& obstacle,
                                   const Store& store) {
  if (settings.source == EvidenceSource::committed_log)
    return recall_evidence(settings, tree, plan, obstacle, store);
  auto [log, answers] = trace(tree, plan, settings.events, settings.trace, store);
  if (settings.source == EvidenceSource::committing_trace)
    log = merge_with_committed_log(std::move(log), tree, settings.function, settings.events,
                                   settings.committed_log);
  return {std::move(log), std::move(answers), {}};
}

}  // namespace lbundle
