#include "single_stages.hpp"

#include <algorithm>

#include "abi/abi.hpp"
#include "abi/abi_releases.hpp"
#include "judge.hpp"
#include "model/suggestion.hpp"
#include "model/text.hpp"
#include "os/bytes.hpp"
#include "os/digest_of.hpp"
#include "os/log.hpp"
#include "os/tree.hpp"
#include "prepare.hpp"
#include "project/tried_rules.hpp"
#include "prune/rule_trial.hpp"
#include "python/obtain_interpreter.hpp"
#include "settings_of.hpp"
#include "shrink.hpp"
#include "staging/stage.hpp"

namespace lbundle {

StagedTree stage_alone(const Project& project, const Store& store, unsigned jobs) {
  const auto [interpreter, backend, layers, obstacle] = prepare(project, Purpose::stage_only, store, jobs);
  auto tree = stage(staging_inputs(project, layers), interpreter, backend, store, jobs);
  const AbiTarget target{project.function.runtime, project.function.architecture, layers};
  const auto native =
      with_fitting_releases(judge_abi(tree.files, tree.distributions, target, AbiScope::staged, store, jobs),
                            tree.distributions, project.function, interpreter, store);
  for (const auto& more : {native, judge_interpreter_origin(interpreter)}) append(tree.findings, more);
  return tree;
}

namespace {

Unshrunk unshrunk_with(EvidenceSource source, const Project& project, const Prepared& prepared,
                       const Store& store, unsigned jobs) {
  StageTable table(StageTable::Progress::silent);
  auto unshrunk = stage_and_trace(project, prepared, source, store, jobs, table);
  for (const auto& finding : unshrunk.findings)
    finding.severity == Severity::note ? log_detail(finding.message) : log_warning(finding.message);
  return unshrunk;
}

void require_staged(const TriedRules& tried, const Distributions& staged) {
  if (tried.distribution.empty() || staged.named(tried.distribution) != nullptr) return;
  std::vector<std::string_view> names;
  for (const auto& each : staged.all) names.emplace_back(each.name);
  const auto near = nearest_name(tried.distribution, names);
  throw Error("try", tried.file, format("the project stages no distribution '{}'", tried.distribution),
              near.empty() ? format("try it in a project whose requirements bring {}", tried.distribution)
                           : format("did you mean '{}'?", near))
      .with_status(ExitStatus::wrong_usage);
}

}  // namespace

Unshrunk trace_alone(const Project& project, const Store& store, unsigned jobs) {
  const auto prepared = prepare(project, Purpose::run_events, store, jobs);
  return unshrunk_with(EvidenceSource::committing_trace, project, prepared, store, jobs);
}

namespace {

PackageUse checked_use(const JudgeSettings& settings, const std::optional<Project>& project,
                       const CheckedAs& as) {
  PackageUse use;
  use.runtime = settings.function.runtime;
  use.architecture = settings.function.architecture;
  use.handler = as.handler;
  if (project && as.handler.empty() && !as.is_layer && project->function.runtime.name == use.runtime.name)
    use.handler = project->function.handler;
  use.is_layer = as.is_layer;
  use.layers = settings.layers;
  use.layers_known = project.has_value();
  return use;
}

}  // namespace

ZipReport check_zip(const HostPath& zip, const std::optional<Project>& project, const CheckedAs& as,
                    const Store& store, unsigned jobs) {
  JudgeSettings settings;
  if (project)
    settings = judge_settings(*project, unpack_layers(project->layers, project->workspace(), jobs));
  if (as.is_layer) {
    settings.limits.layers_unzipped = ByteSize();
    settings.budget = {};
  }
  settings.function = as.function.value_or(Function{});
  settings.use = checked_use(settings, project, as);
  return zip_report(judge_package(zip, settings, store, jobs), settings, zip.string());
}

namespace {

// The verdict on a zip that `check` refuses; nothing if `check` accepts it. Nothing is staged or run.
std::optional<ZipReport> refused_by_check(const HostPath& zip, const Project& project, const Store& store,
                                          unsigned jobs) {
  auto settings = judge_settings(project, unpack_layers(project.layers, project.workspace(), jobs));
  settings.use.handler_runs = false;
  const auto checked = check(zip, settings.limits, {.jobs = jobs, .use = settings.use});
  if (!has_error(checked.findings)) return std::nullopt;
  return zip_report(judge_package(zip, settings, store, jobs), settings, zip.string());
}

}  // namespace

ZipReport verify_zip(const HostPath& zip, const Project& project, const Store& store, unsigned jobs) {
  if (auto refused = refused_by_check(zip, project, store, jobs)) return std::move(*refused);
  const auto prepared = prepare(project, Purpose::run_events, store, jobs);
  const auto unshrunk = unshrunk_with(EvidenceSource::trace, project, prepared, store, jobs);
  const auto settings = judge_settings(project, unshrunk.plan.layers);
  UnpackedZip unpacked(zip, unshrunk.plan.scratch, jobs);
  const auto files = scan_tree(unpacked.tree(), jobs);
  auto verdict = judge_package(zip, files, unshrunk, {}, settings, store, jobs);
  verdict.runs = judge_runs(unpacked, digest_of_file(zip), files, settings, unshrunk, store, jobs);
  return zip_report(verdict, settings, zip.string());
}

RuleTrial try_rules(const Project& project, const HostPath& file, const Store& store, unsigned jobs) {
  const auto tried = read_tried_rules(file.string(), read_text_file(file), project.function.runtime.language);
  const auto prepared = prepare(project, Purpose::run_events, store, jobs);
  const auto unshrunk = unshrunk_with(EvidenceSource::trace, project, prepared, store, jobs);
  require_staged(tried, unshrunk.tree.distributions);
  const auto settings = shrink_settings(project, prepared.interpreter);
  const auto decide = [&](const std::vector<Rule>& rules) {
    return pruned(unshrunk.tree, unshrunk.evidence, settings, rules, {}, store, jobs);
  };
  auto rules = rules_for(unshrunk.tree, settings);
  const auto without = decide(rules);
  const auto replaced =
      std::erase_if(rules, [&](const Rule& rule) { return rule.distribution == tried.distribution; });
  rules.insert(rules.end(), tried.rules.begin(), tried.rules.end());
  auto trial = compare_rules(unshrunk.tree, tried, without, decide(rules));
  trial.rules_replaced = replaced;
  return trial;
}

}  // namespace lbundle
