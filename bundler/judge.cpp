#include "judge.hpp"

#include "abi/abi.hpp"
#include "model/lambda_paths.hpp"
#include "native/dedupe.hpp"
#include "native/import_orders.hpp"
#include "native/loading.hpp"
#include "package/baseline.hpp"
#include "runs/event_rows.hpp"
#include "runs/import_findings.hpp"
#include "runs/unproven.hpp"

namespace lbundle {

namespace {

ZipVerdict judge_sizes(const HostPath& zip, const JudgeSettings& settings, bool read_contents,
                       unsigned jobs) {
  ZipVerdict verdict;
  verdict.checked =
      check(zip, settings.limits, {.read_contents = read_contents, .jobs = jobs, .use = settings.use});
  verdict.budget = compare_with_baseline(verdict.checked, settings.budget, settings.baseline);
  return verdict;
}

AbiTarget abi_target(const JudgeSettings& settings) {
  return {settings.function.runtime, settings.function.architecture, settings.layers,
          settings.use.is_layer ? layer_root : task_root};
}

}  // namespace

bool RunsVerdict::answers_match() const {
  return all_match(events);
}

Findings ZipVerdict::findings(const JudgeSettings& settings) const {
  Findings all = checked.findings;
  append(all, budget);
  append(all, native);
  append(all, runs.findings);
  if (!settings.function.runtime.name.empty())
    append(all, judge_runtime(settings.function.runtime, date_of_today()));
  if (!runs.events.empty()) append(all, varying_answers(settings.events, runs.unshrunk));
  append(all, dropped_asked_for(runs.events));
  append(all, native_fault_findings(runs.native_faults));
  append(all, import_fault_findings(runs.imports.faults));
  append(all, runs.imports.findings);
  return all;
}

ZipVerdict judge_package(const HostPath& zip, const FileSet& files, const Unshrunk& unshrunk,
                         const Decisions& decisions, const JudgeSettings& settings, const Store& store,
                         unsigned jobs) {
  // The contents need not be read again: the caller has read them, because it has the files.
  auto verdict = judge_sizes(zip, settings, false, jobs);
  const auto target = abi_target(settings);
  const auto by_run = idle_by(unshrunk, decisions, target, store, jobs);
  const auto is_idle = [&](const BundlePath& file, const std::string& fault) {
    const bool idle = by_run(file, fault);
    if (idle) verdict.idle[file].insert(fault);
    return idle;
  };
  verdict.native =
      judge_abi(files, unshrunk.tree.distributions, target, AbiScope::bundle, store, jobs, is_idle);
  return verdict;
}

ZipVerdict judge_package(const HostPath& zip, const JudgeSettings& settings, const Store& store,
                         unsigned jobs) {
  auto verdict = judge_sizes(zip, settings, true, jobs);
  if (!settings.function.runtime.name.empty() && verdict.checked.can_be_unpacked)
    verdict.native = judge_abi_of_zip(zip, abi_target(settings), store, jobs, idle_by_manifest(zip));
  return verdict;
}

RunsVerdict judge_runs(UnpackedZip& zip, const Digest& zip_digest, const FileSet& files,
                       const JudgeSettings& settings, const Unshrunk& unshrunk, const Store& store,
                       unsigned jobs) {
  if (!unshrunk.collected.answers) return {};
  const auto& plan = unshrunk.plan;
  const NativeRun native{
      unshrunk.tree.files, files, plan, zip, loader_of(settings.function.runtime), store, jobs};
  auto loading = check_loading(native);
  auto runs = unshrunk_runs(unshrunk.tree, plan, *unshrunk.collected.answers, unshrunk.trace, store);
  auto verified = verify(zip, zip_digest, plan, settings.events, std::move(runs), jobs, store);
  RunsVerdict verdict{std::move(verified.verdicts),
                      std::move(loading.faults),
                      std::move(loading.findings),
                      std::move(verified.unshrunk),
                      {}};
  append(verdict.findings, verified.findings);
  append(verdict.findings, unproven_events(settings.events, verdict.unshrunk, plan, unshrunk.tree,
                                           unshrunk.trace.way_to_module, settings.allow_failing_events));
  if (verdict.is_right()) verdict.native_faults = import_order_faults(native, zip_digest, settings.events);
  // A library that does not load makes imports fail, and is a fault of its own.
  if (verdict.native_faults.empty())
    verdict.imports = check_kept_imports(
        {unshrunk.tree, files, plan, zip, settings.drops, unshrunk.trace.method, store, jobs});
  return verdict;
}

ZipReport zip_report(const ZipVerdict& verdict, const JudgeSettings& settings, std::string zip_path) {
  ZipReport report;
  report.zip_path = std::move(zip_path);
  report.runtime = settings.function.runtime.name;
  if (!report.runtime.empty()) report.architecture = to_text(settings.function.architecture);
  report.zipped = verdict.checked.zipped;
  report.unzipped = verdict.checked.unzipped;
  report.files = verdict.checked.entries;
  report.limits.layers_unzipped = settings.limits.layers_unzipped;
  report.limits.direct_upload = settings.limits.direct_upload;
  report.events = event_rows(verdict.runs.events, settings.events, verdict.runs.unshrunk);
  if (!verdict.runs.events.empty()) {
    report.cold_start = cold_start_of(verdict.runs.events);
    report.client = verdict.runs.events.front().bundle.client;
  }
  const auto& imports = verdict.runs.imports;
  if (imports.checked > 0) {
    const auto only_in_zip = imports.faults.size();
    report.imports = ImportsReport{imports.checked, imports.failing_in_both, only_in_zip};
  }
  report.findings = verdict.findings(settings);
  return report;
}

}  // namespace lbundle
