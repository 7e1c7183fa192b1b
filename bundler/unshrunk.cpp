#include "unshrunk.hpp"

#include "abi/abi.hpp"
#include "early_verdict.hpp"
#include "model/lambda_paths.hpp"
#include "model/text.hpp"
#include "project/system_library_rules.hpp"
#include "settings_of.hpp"
#include "staging/system_libraries.hpp"

namespace lbundle {

namespace {

// Returns `error` with possible causes in its detail. An event may fail on the unshrunk tree because the
// runtime cannot load its native code, or lacks a library, or because this machine runs events with another
// program than Lambda (`planned`).
Error with_causes(const Error& error, const Findings& staged, const Findings& native,
                  const Findings& planned) {
  auto detail = error.detail();
  const auto add = [&](const std::string& text) {
    if (!detail.empty() && !detail.ends_with('\n')) detail += '\n';
    detail += format("a possible cause: {}\n", text);
  };
  for (const auto& finding : staged)
    if (finding.code == system_library_missing_code) add(format("{}; {}", finding.message, finding.hint));
  for (const auto& finding : staged) {
    const auto path = BundlePath::parse(finding.path);
    const auto* recipe =
        finding.code == system_library_code && path ? system_library_giving(path->name()) : nullptr;
    if (recipe != nullptr && !recipe->advice.empty())
      add(format("{} was brought along; {}", finding.path, recipe->advice));
  }
  for (const auto& finding : native) {
    if (finding.severity == Severity::error) add(format("{} {}", finding.path, finding.message));
    if (finding.code == "abi-library-missing")
      add(format("{} {}; {}", finding.path, finding.message, finding.hint));
  }
  for (const auto& finding : planned)
    if (finding.severity != Severity::note) add(finding.message);
  return Error(error).with_detail(std::move(detail));
}

CollectedEvidence collect_naming_causes(const EvidenceSettings& settings, const Prepared& prepared,
                                        const StagedTree& tree, const PlannedEvents& planned,
                                        const Findings& native, const Store& store) {
  try {
    return collect_evidence(settings, tree, planned.plan, prepared.obstacle, store);
  } catch (const Error& error) {
    throw with_causes(error, tree.findings, native, planned.findings);
  }
}

}  // namespace

Unshrunk stage_and_trace(const Project& project, const Prepared& prepared, EvidenceSource source,
                         const Store& store, unsigned jobs, StageTable& table) {
  // Every dependency is in one tree, as the runtime expects it, with bytecode for every Python module.
  auto tree = table.run("stage", [&] {
    return stage(staging_inputs(project, prepared.layers), prepared.interpreter, prepared.backend, store,
                 jobs);
  });

  // What the tree shows about every bundle of it is said, before events take their time.
  require_possible_size(tree, project);
  const AbiTarget target{project.function.runtime, project.function.architecture, prepared.layers};
  const auto native = table.time("native code", [&] {
    return judge_abi(tree.files, tree.distributions, target, AbiScope::staged, store, jobs);
  });

  // The evidence says which files the events use. Each event has answered, if events can run here.
  auto planned = table.time("prepare", [&] {
    return plan_events(event_settings(project, prepared.layers), prepared.interpreter, tree.root,
                       prepared.backend, store);
  });
  report_early(tree, native, planned.findings, project, prepared, store, jobs);
  const auto settings = evidence_settings(project, source, jobs);
  auto collected = table.run(
      "trace", [&] { return collect_naming_causes(settings, prepared, tree, planned, native, store); },
      [&](const CollectedEvidence& found) {
        return source == EvidenceSource::committed_log ? "from lbundle.access.jsonl"
                                                       : "by " + found.log.method;
      });
  auto evidence = evidence_below(collected.log, task_root);
  return {std::move(tree),     std::move(planned.plan), std::move(collected),
          std::move(evidence), settings.trace,          std::move(planned.findings)};
}

}  // namespace lbundle
