// The story of a build, stage by stage. Stages are free functions from values to values; this file alone
// knows their order, what holds between them, and what is told of them. A zip that was not proved is never
// published: it is packed beside, judged, and only then renamed to where the user wants it.

#include "stages/pipeline.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <initializer_list>

#include "model/error.hpp"
#include "model/text.hpp"
#include "os/atomic_file.hpp"
#include "os/interrupt.hpp"
#include "os/log.hpp"
#include "os/progress.hpp"
#include "os/temp_dir.hpp"
#include "report/html_report.hpp"
#include "report/manifest.hpp"
#include "report/untried.hpp"
#include "stages/abi.hpp"
#include "stages/bytecode.hpp"
#include "stages/check.hpp"
#include "stages/dedupe.hpp"
#include "stages/dropped_notice.hpp"
#include "stages/event_rows.hpp"
#include "stages/guard.hpp"
#include "stages/observe.hpp"
#include "stages/pack.hpp"
#include "stages/prune.hpp"
#include "stages/scope.hpp"
#include "stages/stage.hpp"
#include "stages/strip.hpp"
#include "stages/trace.hpp"
#include "stages/verify.hpp"
#include "stages/workspace.hpp"

namespace lbundle {

namespace {

using Clock = std::chrono::steady_clock;

// Where the bundle lies in the sandbox, as in Lambda.
constexpr const char* task_root = "/var/task";

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Times the stages and tells of each as it ends.
class StageTable {
 public:
  explicit StageTable(std::vector<StageRow>& rows) : rows_(rows) {}

  template <typename Stage>
  auto run(const char* name, const Stage& stage) {
    log_detail(format("{} …", name));
    start_ = Clock::now();
    name_ = name;
    return stage();
  }

  void ended(std::size_t files, ByteSize unzipped, std::string note = {}) {
    rows_.push_back({name_, files, unzipped, seconds_since(start_), std::move(note)});
    const auto& row = rows_.back();
    log_step(format("{:<9}{:>13} {:>9}  {:>7}{}{}", row.name, count_text(row.files, "file", "files"),
                    to_text(row.unzipped), seconds_text(row.seconds), row.note.empty() ? "" : "  ",
                    row.note));
  }
  void ended(const FileSet& files, std::string note = {}) {
    ended(files.size(), files.unzipped(), std::move(note));
  }

 private:
  std::vector<StageRow>& rows_;
  const char* name_ = "";
  Clock::time_point start_;
};

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
  if (!backend.staging || !backend.running) return std::nullopt;
  const auto& [engine, image] = *backend.staging;
  const auto& run_image = backend.running->image;
  return ContainerFacts{engine.program, image.name, image.id, run_image.name, run_image.id};
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

// Where a build that failed its judgement leaves its zip for a look.
HostPath rejected_folder(const Project& project) {
  return project.workspace() / "rejected";
}

// Where zip, manifest and page of one build go.
struct Outputs {
  HostPath zip;

  HostPath beside(const char* ending) const { return zip.parent_path() / (zip.stem().string() + ending); }
  HostPath manifest() const { return beside(".manifest.json"); }
  HostPath page() const { return beside(".report.html"); }
};

std::string shown(const HostPath& path) {
  const auto relative = path.lexically_relative(fs::current_path()).string();
  return relative.empty() || relative.starts_with("../../") ? path.string() : relative;
}

// All three are written before the first is seen, so that a full disk leaves the earlier ones together as
// they were.
void publish(const Outputs& outputs, const HostPath& packed, const std::string& manifest,
             const std::string& page) {
  AtomicFile zip_file(outputs.zip);
  AtomicFile manifest_file(outputs.manifest());
  AtomicFile page_file(outputs.page());
  zip_file.take(packed);
  manifest_file.write(manifest);
  page_file.write(page);
  check_interrupt();
  manifest_file.commit();
  page_file.commit();
  // The zip last: whoever sees it finds its manifest beside it.
  zip_file.commit();
}

// What fails on the unshrunk tree may be native code that this runtime could not load; then that is told too.
Error with_native_causes(const Error& error, const Findings& native) {
  auto detail = error.detail();
  for (const auto& finding : native) {
    if (finding.severity != Severity::error) continue;
    if (!detail.empty() && !detail.ends_with('\n')) detail += '\n';
    detail += format("it may be this: {} {}\n", finding.path, finding.message);
  }
  return Error(error).with_detail(std::move(detail));
}

void require_sums_to_agree(const StagedTree& tree, const Bundle& bundle) {
  require(difference(tree.files.unzipped() + added_bytes(bundle), bundle.files.unzipped()) ==
              saved_bytes(bundle.decisions),
          "staged bytes are the bundle's bytes and the saved ones");
}

}  // namespace

BuildOutcome build(const Project& project, const BuildOptions& options, const Store& store) {
  require_bundleable(project);
  const auto start = Clock::now();
  const auto jobs = options.jobs;
  const auto interpreter = find_interpreter(project.function.runtime);
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
  const auto plan = plan_events(project, interpreter, tree.root, layers, backend);
  const TraceOptions trace_options{project.trace.method, project.trace.runs, jobs};
  const AbiTarget abi_target{project.function.runtime, project.function.architecture, layers};
  const auto observed = table.run("trace", [&] {
    try {
      return options.frozen ? observe_frozen(project, tree, plan, trace_options, obstacle, store)
                            : observe(project, tree, plan, trace_options, store);
    } catch (const Error& error) {
      throw with_native_causes(
          error, judge_abi(tree.files, tree.distributions, abi_target, AbiScope::staged, store, jobs));
    }
  });
  table.ended(tree.files, options.frozen ? "from lbundle.access.jsonl" : "by " + observed.log.method);
  const auto evidence = evidence_below(observed.log, task_root);

  // Only what evidence or a rule asks for is left, and every file has its decision.
  const auto& runtime = project.function.runtime;
  const PruneInputs prune_inputs{evidence, built_in_rules(),    project.prune, runtime, store,
                                 jobs,     project.environment, &interpreter};
  auto bundle = table.run("prune", [&] { return prune(tree, prune_inputs); });
  table.ended(bundle.files);

  // No two files hold what one could.
  Sharing sharing;
  bundle = table.run("dedupe", [&] { return dedupe(bundle, dedupe_options(project, store, jobs), sharing); });
  table.ended(bundle.files);

  // Native code holds nothing that no loader maps, and private libraries nothing that nobody can call.
  bundle = table.run("strip", [&] {
    return project.shrink.strip ? strip(bundle, strip_options(project, store, jobs)) : bundle;
  });
  table.ended(bundle.files);

  // Python is compiled, and its sources are there only where someone reads them.
  // What was dropped says so in the log where it is asked for.
  bundle = table.run("bytecode", [&] {
    auto compiled = bytecode(bundle, project.shrink.bytecode, evidence);
    return project.prune.loud ? add_dropped_notice(std::move(compiled), tree.files, project.function.handler,
                                                   interpreter, store)
                              : compiled;
  });
  table.ended(bundle.files);
  require_sums_to_agree(tree, bundle);

  // The zip lies beside, not yet published.
  const TempDir beside(project.workspace(), "candidate");
  const auto candidate = beside.path() / options.output.filename();
  const PackOptions pack_options{zip_level(project.pack_level), jobs, &store, show_progress("pack")};
  const auto packed = table.run("pack", [&] { return pack(bundle.files, candidate, pack_options); });
  table.ended(bundle.files, to_text(packed.zipped) + " zipped");

  // It has the form that Lambda takes, the runtime's loader takes its native code, and it is known whether it
  // fits the limits and the budget.
  const LimitSettings limits{project.limits.direct_upload, layers_size(project)};
  const CheckOptions check_options{.read_contents = false, .jobs = jobs};
  const auto checked = table.run("check", [&] { return check(candidate, limits, check_options); });
  const auto guarded = options.update_baseline ? Findings{} : guard_sizes(project, checked);
  const auto native = judge_abi(bundle.files, tree.distributions, abi_target, AbiScope::bundle, store, jobs);
  const auto support = judge_runtime(runtime, date_of_today());
  table.ended(bundle.files);

  // Every event ran on it, and its answers lie beside those of the unshrunk tree.
  const auto verdicts = table.run("verify", [&] {
    return observed.answers
               ? verify(candidate, packed.digest, plan, project.events, *observed.answers, jobs, store)
               : std::vector<EventVerdict>{};
  });
  table.ended(bundle.files);

  // What is told of it, and where it goes: to its place only if nothing speaks against it.
  describe_project(project, backend, report);
  report.trace_method = observed.log.method;
  report.trace_method_reason = observed.log.method_reason;
  report.zipped = packed.zipped;
  report.unzipped = packed.unzipped;
  report.files = packed.files;
  report.events = event_rows(verdicts);
  if (observed.answers) report.cold_start = cold_start_of(verdicts);
  report.limits.layers_unzipped = limits.layers_unzipped;
  report.sharing = sharing_rows(sharing);
  const auto asked_for = dropped_asked_for(verdicts);
  report.findings = joined({tree.findings, observed.findings, bundle.findings, packed.findings,
                            checked.findings, guarded, native, support, asked_for});
  outcome.published = all_match(report.events) && !has_error(report.findings);
  const Outputs outputs{outcome.published ? options.output
                                          : rejected_folder(project) / options.output.filename()};
  const auto manifest = make_manifest(
      tree, bundle,
      manifest_facts(report, packed, manifest_evidence(observed.log, task_root), bundle.decisions));
  report.packages = package_rows(manifest);
  report.untried = untried_rows(manifest);
  report.zip_path = shown(outputs.zip);
  report.manifest_path = shown(outputs.manifest());
  report.page_path = shown(outputs.page());
  report.seconds = seconds_since(start);
  if (outcome.published && options.update_baseline) update_baseline(project, checked, options.reason);
  publish(outputs, candidate, manifest_json(manifest), html_page(report, manifest));
  return outcome;
}

}  // namespace lbundle
