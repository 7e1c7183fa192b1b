// The story of a build, stage by stage. Stages are free functions from values to values; this file alone
// knows their order, what holds between them, and what is told of them. A zip that was not proved is never
// published: it is packed beside, judged, and only then renamed to where the user wants it.

#include "pipeline.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <initializer_list>
#include <optional>

#include "abi/abi.hpp"
#include "abi/abi_releases.hpp"
#include "cold_start/cold_start.hpp"
#include "install/obtain_js_reader.hpp"
#include "model/error.hpp"
#include "model/text.hpp"
#include "native/dedupe.hpp"
#include "native/import_orders.hpp"
#include "native/loading.hpp"
#include "native/strip.hpp"
#include "os/log.hpp"
#include "os/progress.hpp"
#include "os/temp_dir.hpp"
#include "package/baseline.hpp"
#include "package/check.hpp"
#include "package/pack.hpp"
#include "prune/bytecode.hpp"
#include "prune/dropped_notice.hpp"
#include "prune/node_dropped_notice.hpp"
#include "prune/prune.hpp"
#include "prune/prune_keep_set.hpp"
#include "publish.hpp"
#include "repair/repair.hpp"
#include "repair/repair_record.hpp"
#include "report/html_report.hpp"
#include "report/manifest.hpp"
#include "report/untried.hpp"
#include "runs/collect_evidence.hpp"
#include "runs/event_rows.hpp"
#include "runs/run_key.hpp"
#include "runs/sandbox_strength.hpp"
#include "runs/trace.hpp"
#include "runs/verify.hpp"
#include "stage_table.hpp"
#include "staging/stage.hpp"
#include "staging/system_libraries.hpp"
#include "staging/workspace.hpp"
#include "unsupported.hpp"

namespace lbundle {

namespace {

// Where the bundle lies in the sandbox, as in Lambda.
constexpr const char* task_root = "/var/task";
// How often a bundle is made anew for the sake of an event; a search for what it lacks has bounds of its own.
constexpr int most_repairs = 3;

Findings joined(std::initializer_list<std::reference_wrapper<const Findings>> parts) {
  Findings all;
  for (const Findings& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

std::vector<SharingRow> sharing_rows(const Sharing& sharing) {
  std::vector<SharingRow> rows;
  for (const auto& verdict : sharing.verdicts) {
    if (!verdict.chosen) continue;
    rows.push_back({std::string(verdict.replaced.name()), verdict.replacement.bytes(),
                    verdict.replaced.bytes(), verdict.saved, verdict.reason});
  }
  return rows;
}

std::optional<ContainerFacts> container_facts(const Backend& backend) {
  if (!backend.running || backend.bubblewrap_forbidden) return std::nullopt;
  const auto& [engine, run_image] = *backend.running;
  ContainerFacts facts{engine.program, "", "", run_image.name, run_image.id};
  if (backend.staging) {
    facts.image = backend.staging->image.name;
    facts.image_digest = backend.staging->image.id;
  }
  return facts;
}

void describe_project(const Project& project, const Backend& backend, BuildReport& report) {
  report.function = project.function.name;
  report.runtime = project.function.runtime.name;
  report.architecture = to_text(project.function.architecture);
  report.container = container_facts(backend);
  report.backend = report.container ? "container" : "host";
  report.limits.direct_upload = project.limits.direct_upload;
}

ManifestFacts manifest_facts(const BuildReport& report, const PackedZip& packed, ManifestEvidence evidence,
                             const Decisions& decisions) {
  ManifestFacts facts;
  facts.function = report.function;
  facts.runtime = report.runtime;
  facts.architecture = report.architecture;
  facts.container = report.container;
  facts.entry_sizes = packed.entry_sizes;
  facts.zip_size = packed.zipped;
  facts.zip_digest = packed.digest;
  facts.evidence = std::move(evidence);
  for (const auto& [path, decision] : decisions)
    if (!decision.via.is_root()) facts.needed_by[path].push_back(decision.via);
  return facts;
}

// What fails on the unshrunk tree may be native code that this runtime could not load, or a library that it
// lacks; then the error names it too.
Error with_native_causes(const Error& error, const Findings& staged, const Findings& native) {
  auto detail = error.detail();
  const auto add = [&](const std::string& text) {
    if (!detail.empty() && !detail.ends_with('\n')) detail += '\n';
    detail += format("it may be this: {}\n", text);
  };
  for (const auto& finding : staged)
    if (finding.code == system_library_missing_code) add(format("{}; {}", finding.message, finding.hint));
  for (const auto& finding : native) {
    if (finding.severity == Severity::error) add(format("{} {}", finding.path, finding.message));
    if (finding.code == "abi-library-missing")
      add(format("{} {}; {}", finding.path, finding.message, finding.hint));
  }
  return Error(error).with_detail(std::move(detail));
}

void require_sums_to_agree(const StagedTree& tree, const Bundle& bundle) {
  require(difference(tree.files.unzipped() + added_bytes(bundle), bundle.files.unzipped()) ==
              saved_bytes(bundle.decisions),
          "staged bytes are the bundle's bytes and the saved ones");
}

// What is known once the events ran on the unshrunk tree, and how to go on from there.
struct Known {
  const Project& project;
  const BuildOptions& options;
  const Store& store;
  const Interpreter& interpreter;
  const StagedTree& tree;
  const Evidence& evidence;
  const SandboxPlan& plan;
  const AbiTarget& abi_target;
  const TraceOptions& trace_options;
  const JsReader* js_reader;  // null unless reach reads JavaScript
};

std::set<BundlePath> untouched_files(const Known& known, const Repair& repair) {
  std::set<BundlePath> paths;
  for (const auto& [path, mended] : repair.untouched) paths.insert(path);
  for (const auto& glob : known.project.shrink.untouched) {
    for (const auto& path : matching_paths(known.tree.files, {Glob(glob.glob)})) paths.insert(path);
  }
  return paths;
}

struct Shrunk {
  Bundle bundle;
  Sharing sharing;
};

Shrunk shrink(const Known& known, const Repair& repair, bool loud, StageTable& table) {
  const auto& project = known.project;
  const auto& store = known.store;
  const auto& interpreter = known.interpreter;
  const auto& tree = known.tree;
  const auto& evidence = known.evidence;
  const auto jobs = known.options.jobs;
  const auto untouched = untouched_files(known, repair);

  // Only what evidence or a rule asks for is left, and every file has its decision.
  const auto& runtime = project.function.runtime;
  const auto rules = with_rules_of(tree.brought, built_in_rules(runtime.language));
  const auto prune_settings = with_named_libraries(project.prune, tree.brought);
  PruneInputs prune_inputs{evidence,
                           rules,
                           prune_settings,
                           runtime,
                           store,
                           jobs,
                           project.environment,
                           &interpreter,
                           project.function.architecture};
  prune_inputs.js_reader = known.js_reader;
  prune_inputs.has_layers = !project.layers.empty() || project.limits.layers_unzipped > ByteSize{};
  for (const auto& [path, mended] : repair.kept)
    prune_inputs.repaired.emplace(path, format("{} failed without it", mended.events));
  auto bundle = table.run("prune", [&] { return prune(tree, prune_inputs); });
  table.ended(bundle.files);

  // No two files hold what one could.
  Sharing sharing;
  auto sharing_options = dedupe_options(project, store, jobs);
  sharing_options.untouched = untouched;
  bundle = table.run("dedupe", [&] { return dedupe(bundle, sharing_options, sharing); });
  table.ended(bundle.files);

  // Native code holds nothing that no loader maps, and private libraries nothing that nobody can call.
  auto stripping = strip_options(project, store, jobs);
  stripping.debug_files = known.options.debug_files;
  stripping.untouched = untouched;
  bundle = table.run("strip", [&] { return project.shrink.strip ? strip(bundle, stripping) : bundle; });
  table.ended(bundle.files);

  // Python is compiled, and its sources are there only where someone reads them.
  // What was dropped says so in the log where it is asked for.
  bundle = table.run("bytecode", [&] {
    auto compiled = bytecode(bundle, project.shrink.bytecode, evidence, untouched);
    // A program has no place where it could be told.
    if (!loud || runtime.language == Language::provided) return compiled;
    const auto& handler = project.function.handler;
    return runtime.language == Language::nodejs
               ? add_node_dropped_notice(std::move(compiled), handler, store)
               : add_dropped_notice(std::move(compiled), tree.files, handler, interpreter, store);
  });
  table.ended(bundle.files);
  require_sums_to_agree(tree, bundle);
  return {std::move(bundle), std::move(sharing)};
}

// A bundle, and all that was judged of it.
struct Judged {
  Bundle bundle;
  Sharing sharing;
  PackedZip packed;
  CheckResult checked;
  Findings guarded, native, loaded, warm;
  std::vector<EventVerdict> verdicts;
  NativeFaults native_faults;

  bool answers_match() const { return std::ranges::all_of(verdicts, &EventVerdict::match); }
  bool is_right() const { return answers_match() && native_faults.empty(); }
};

Judged make_and_judge(const Known& known, const Repair& repair, const LimitSettings& limits,
                      std::optional<std::vector<std::vector<Answer>>>& answers, const HostPath& candidate,
                      StageTable& table) {
  const auto& project = known.project;
  const auto jobs = known.options.jobs;
  Judged made;
  auto shrunk = shrink(known, repair, project.prune.loud, table);
  made.bundle = std::move(shrunk.bundle);
  made.sharing = std::move(shrunk.sharing);

  // The zip lies beside, not yet published.
  const PackOptions pack_options{zip_level(project.pack_level), jobs, &known.store, show_progress("pack")};
  made.packed = table.run("pack", [&] { return pack(made.bundle.files, candidate, pack_options); });
  table.ended(made.bundle.files, to_text(made.packed.zipped) + " zipped");

  // It has the form that Lambda takes, the runtime's loader takes its native code, and it is known whether it
  // fits the limits and the budget.
  const CheckOptions check_options{.read_contents = false, .jobs = jobs};
  made.checked = table.run("check", [&] { return check(candidate, limits, check_options); });
  if (!known.options.update_baseline) made.guarded = guard_sizes(project, made.checked);
  made.native = judge_abi(made.bundle.files, known.tree.distributions, known.abi_target, AbiScope::bundle,
                          known.store, jobs);
  table.ended(made.bundle.files);

  // Its changed libraries load by themselves. Every event ran on it, by itself and in one process together,
  // and its answers lie beside those of the unshrunk tree. Then, where all are alike, with the packages that
  // share libraries imported in each order.
  auto verified = table.run("verify", [&] {
    if (!answers) return Verification{};
    const auto loader = dedupe_options(project, known.store, jobs).loader;
    UnpackedZip unpacked(candidate, known.plan.scratch, jobs);
    const NativeRun native{known.tree, known.plan, made.bundle, unpacked, loader, known.store, jobs};
    made.native_faults = loading_faults(native, made.loaded);
    auto verification = verify(
        unpacked, made.packed.digest, known.plan, project.events,
        unshrunk_runs(known.tree, known.plan, *answers, known.trace_options, known.store), jobs, known.store);
    if (made.native_faults.empty() && std::ranges::all_of(verification.verdicts, &EventVerdict::match))
      made.native_faults = import_order_faults(native, made.packed.digest, project.events);
    return verification;
  });
  made.verdicts = std::move(verified.verdicts);
  made.warm = std::move(verified.findings);
  table.ended(made.bundle.files);
  return made;
}

}  // namespace

BuildOutcome build(const Project& project, const BuildOptions& options, const Store& store) {
  require_bundleable(project);
  const auto start = std::chrono::steady_clock::now();
  const auto jobs = options.jobs;
  const auto interpreter = staging_interpreter(project, store);
  auto obstacle = why_not_runnable(project);
  const auto backend = choose_backend(project, !obstacle);
  if (!obstacle) obstacle = why_no_sandbox(backend);
  if (obstacle && !options.frozen) throw *obstacle;
  const auto layers = unpack_layers(project, jobs);
  BuildOutcome outcome;
  auto& report = outcome.report;
  StageTable table(report.stages);

  // Every dependency lies in one tree, as the runtime would want it, with bytecode for every module.
  const auto tree = table.run("stage", [&] { return stage(project, interpreter, backend, store, jobs); });
  table.ended(tree.files);

  // What the representative run touches of that tree is known, and every event gave its answer.
  Findings of_runtime;
  const auto plan = plan_events(project, interpreter, tree.root, layers, backend, store, of_runtime);
  const TraceOptions trace_options{project.trace.method, project.trace.runs, jobs, !options.frozen};
  const AbiTarget abi_target{project.function.runtime, project.function.architecture, layers};
  auto observed = table.run("trace", [&] {
    try {
      return options.frozen ? observe_frozen(project, tree, plan, trace_options, obstacle, store)
                            : observe(project, tree, plan, trace_options, store);
    } catch (const Error& error) {
      throw with_native_causes(
          error, tree.findings,
          judge_abi(tree.files, tree.distributions, abi_target, AbiScope::staged, store, jobs));
    }
  });
  table.ended(tree.files, options.frozen ? "from lbundle.access.jsonl" : "by " + observed.log.method);
  const auto evidence = evidence_below(observed.log, task_root);
  const auto rows_before_bundle = report.stages.size();

  // The bundle is made and judged. Where an event fails on it and not unshrunk, what it lacked is found, and
  // the bundle made anew with that, until all give their answers or nothing more is found.
  std::optional<JsReader> js_reader;
  const bool is_node = project.function.runtime.language == Language::nodejs;
  if (is_node && project.prune.level == PruneLevel::reach) js_reader.emplace(obtain_js_reader(store, jobs));
  const Known known{project,  options, store,      interpreter,   tree,
                    evidence, plan,    abi_target, trace_options, js_reader ? &*js_reader : nullptr};
  const LimitSettings limits{project.limits.direct_upload, layers_size(project)};
  const TempDir beside(project.workspace(), "candidate");
  const auto candidate = beside.path() / options.output.filename();
  const auto make = [&](const Repair& repair) {
    report.stages.resize(rows_before_bundle);
    return make_and_judge(known, repair, limits, observed.answers, candidate, table);
  };
  const bool may_repair = options.repair && !options.frozen && observed.answers;
  const auto key = may_repair ? repair_key(project, tree, evidence, plan) : Digest{};
  auto repair = may_repair ? remembered_repair(store, key) : Repair{};
  auto made = make(repair);
  for (int round = 0; may_repair && !made.is_right() && round < most_repairs; ++round) {
    if (!made.native_faults.empty()) {
      if (!undo_changes(made.native_faults, made.bundle.decisions, repair)) break;
      made = make(repair);
      continue;
    }
    log_step("repair: looking for what the events that fail lack");
    const auto remake = [&](const Repair& tried) {
      std::vector<StageRow> rows;
      StageTable quiet(rows, StageTable::Told::not_at_all);
      return shrink(known, tried, true, quiet).bundle;
    };
    auto found = find_repair({tree, plan, project.events, trace_options, store, remake}, repair,
                             made.verdicts, *observed.answers);
    if (!found) break;
    made = make(repair = std::move(*found));
  }
  if (may_repair && made.is_right()) remember_repair(store, key, repair);

  // What a user waits for and Lambda bills is measured, on what is going to be published.
  const bool measurable = observed.answers && made.is_right() && project.sandbox.cold_starts > 0;
  if (observed.answers) report.cold_start = cold_start_of(made.verdicts);
  if (measurable) {
    report.cold_start = measure_cold_start(
        {tree, candidate, made.packed.digest, plan, project.events, project.trace.method, jobs, store});
  }

  // What is told of it, and where it goes: to its place only if nothing speaks against it.
  describe_project(project, backend, report);
  report.trace_method = observed.log.method;
  report.trace_method_reason = observed.log.method_reason;
  report.zipped = made.packed.zipped;
  report.unzipped = made.packed.unzipped;
  report.files = made.packed.files;
  report.events = event_rows(made.verdicts);
  report.limits.layers_unzipped = limits.layers_unzipped;
  report.sharing = sharing_rows(made.sharing);
  const auto native =
      with_fitting_releases(std::move(made.native), tree.distributions, project.function, interpreter, store);
  const auto support = judge_runtime(project.function.runtime, date_of_today());
  const auto repaired = repair_findings(repair, may_repair && !made.answers_match());
  const auto varying = observed.answers ? varying_answers(project.events, *observed.answers) : Findings{};
  const auto weaker = observed.answers ? weaker_sandbox(backend) : Findings{};
  if (!made.verdicts.empty()) report.client = made.verdicts.front().bundle.client;
  const auto asked_for = dropped_asked_for(made.verdicts);
  const auto faults = native_fault_findings(made.native_faults);
  const auto of_tree = without_dropped_libraries(tree.findings, made.bundle.files);
  report.findings = joined({of_tree, of_runtime, observed.findings, made.bundle.findings,
                            made.packed.findings, made.checked.findings, made.guarded, native, made.loaded,
                            made.warm, support, varying, weaker, repaired, asked_for, faults});
  outcome.published = all_match(report.events) && !has_error(report.findings);
  const Outputs outputs{outcome.published ? options.output
                                          : rejected_folder(project) / options.output.filename()};
  const auto manifest = make_manifest(
      tree, made.bundle,
      manifest_facts(report, made.packed, manifest_evidence(observed.log, task_root), made.bundle.decisions));
  report.packages = package_rows(manifest);
  report.untried = untried_rows(manifest);
  report.zip_path = shown(outputs.zip);
  report.manifest_path = shown(outputs.manifest());
  report.page_path = shown(outputs.page());
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (outcome.published && options.update_baseline) update_baseline(project, made.checked, options.reason);
  publish(outputs, candidate, manifest_json(manifest), html_page(report, manifest));
  return outcome;
}

}  // namespace lbundle
