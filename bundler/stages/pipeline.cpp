// The story of a build, stage by stage. Stages are free functions from values to values; this file alone knows their order, what
// holds between them, and what is told of them. A zip that was not proved is never published: it is packed beside, judged,
// and only then renamed to where the user wants it.

#include "stages/pipeline.hpp"

#include <algorithm>
#include <chrono>

#include "model/error.hpp"
#include "model/text.hpp"
#include "os/atomic_file.hpp"
#include "os/log.hpp"
#include "os/temp_dir.hpp"
#include "report/html_report.hpp"
#include "report/manifest.hpp"
#include "stages/bytecode.hpp"
#include "stages/check.hpp"
#include "stages/dedupe.hpp"
#include "stages/event_rows.hpp"
#include "stages/pack.hpp"
#include "stages/prune.hpp"
#include "stages/stage.hpp"
#include "stages/strip.hpp"
#include "stages/trace.hpp"
#include "stages/verify.hpp"
#include "stages/workspace.hpp"

namespace lbundle {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

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
    log_step(format("{:<9}{:>7} files {:>9}  {:>7}{}{}", row.name, row.files, to_text(row.unzipped),
                    seconds_text(row.seconds), row.note.empty() ? "" : "  ", row.note));
  }
  void ended(const FileSet& files, std::string note = {}) { ended(files.size(), files.unzipped(), std::move(note)); }

 private:
  std::vector<StageRow>& rows_;
  const char* name_ = "";
  Clock::time_point start_;
};

void append(Findings& to, const Findings& more) { to.insert(to.end(), more.begin(), more.end()); }

// Where zip, manifest and page of one build go.
struct Outputs {
  HostPath zip;

  HostPath beside(const char* ending) const {
    return zip.parent_path() / (zip.stem().string() + ending);
  }
  HostPath manifest() const { return beside(".manifest.json"); }
  HostPath page() const { return beside(".report.html"); }
};

std::string shown(const HostPath& path) {
  const auto relative = path.lexically_relative(fs::current_path()).string();
  return relative.empty() || relative.starts_with("../../") ? path.string() : relative;
}

// From the candidate to its place: a rename where both lie on one filesystem, else a copy that is there whole or not at all.
void publish_file(const HostPath& from, const HostPath& to) {
  AtomicFile file(to);
  file.write(read_file(from));
  file.commit();
}

void refuse_what_cannot_be_done(const Project& project) {
  if (project.prune.level == PruneLevel::reach) {
    throw Error("prune", project.function.name, "level \"reach\" does not exist yet",
                "use \"trace\" (the default) or \"package\"")
        .with_status(ExitStatus::wrong_usage);
  }
}

}  // namespace

BuildOutcome build(const Project& project, const BuildOptions& options, const Store& store) {
  refuse_what_cannot_be_done(project);
  const auto start = Clock::now();
  BuildOutcome outcome;
  auto& report = outcome.report;
  report.function = project.function.name;
  report.runtime = project.function.runtime.name;
  report.architecture = to_text(project.function.architecture);
  report.backend = "host";
  StageTable table(report.stages);
  const auto jobs = options.jobs;
  const auto interpreter = find_interpreter(project.function.runtime);

  // Every dependency lies in one tree, as the runtime would want it, with bytecode for every module.
  const auto tree = table.run("stage", [&] { return stage(project, interpreter, store, jobs); });
  table.ended(tree.files);
  append(report.findings, tree.findings);

  // Every event gave its answer over that tree, and what it touched on the way is known.
  const auto layers = unpack_layers(project, jobs);
  const auto plan = plan_events(project, interpreter, tree.root, layers);
  const auto traced = table.run("trace", [&] {
    return trace(tree, plan, project.events, {project.trace.method, project.trace.runs, jobs}, store);
  });
  table.ended(tree.files);
  report.trace_method = traced.log.method;
  report.trace_method_reason = traced.log.method_reason;
  const auto evidence = evidence_below(traced.log, "/var/task");

  // Only what evidence or a rule asks for is left, and every file has its decision.
  auto bundle = table.run("prune", [&] {
    return prune(tree, {evidence, built_in_rules(), project.prune, project.function.runtime, store, jobs});
  });
  table.ended(bundle.files);

  // No two files hold what one could.
  Sharing sharing;
  bundle = table.run("dedupe", [&] {
    return dedupe(std::move(bundle), dedupe_options(project, store, jobs), sharing);
  });
  table.ended(bundle.files);

  // Native code holds nothing that no loader maps.
  bundle = table.run("strip", [&] {
    return project.shrink.strip ? strip(std::move(bundle), {store, jobs}) : std::move(bundle);
  });
  table.ended(bundle.files);

  // Python is compiled, and its sources are there only where someone reads them.
  bundle = table.run("bytecode", [&] { return bytecode(std::move(bundle), project.shrink.bytecode, evidence); });
  table.ended(bundle.files);
  require(difference(tree.files.unzipped() + added_bytes(bundle), bundle.files.unzipped()) ==
              saved_bytes(bundle.decisions),
          "staged bytes are the bundle's bytes and the saved ones");

  // The zip lies beside, not yet published.
  const TempDir candidate(project.workspace(), "candidate");
  const Outputs packed_outputs{candidate.path() / options.output.filename()};
  const auto packed = table.run("pack", [&] {
    return pack(bundle.files, packed_outputs.zip, {zip_level(project.pack_level), jobs, &store, {}});
  });
  table.ended(bundle.files, to_text(packed.zipped) + " zipped");

  // It has the form that Lambda takes, and it is known whether it fits.
  const auto checked = table.run("check", [&] {
    return check(packed_outputs.zip, {project.limits.direct_upload, layers_size(project)});
  });
  table.ended(bundle.files);

  // Every event ran on it, and its answers lie beside those of the unshrunk tree.
  const auto verdicts = table.run("verify", [&] {
    return verify(packed_outputs.zip, plan, project.events, traced.answers, jobs, store);
  });
  table.ended(bundle.files);

  append(report.findings, bundle.findings);
  append(report.findings, packed.findings);
  append(report.findings, checked.findings);
  report.zipped = packed.zipped;
  report.unzipped = packed.unzipped;
  report.files = packed.files;
  report.events = event_rows(verdicts);
  report.cold_start = cold_start_of(verdicts);
  report.limits.layers_unzipped = layers_size(project);
  report.limits.direct_upload = project.limits.direct_upload;

  outcome.published = all_match(report.events) && !has_error(report.findings);
  const Outputs outputs{outcome.published ? options.output : project.workspace() / "rejected" / options.output.filename()};
  const auto manifest = make_manifest(tree, bundle,
                                      {report.function, report.runtime, report.architecture, packed.entry_sizes,
                                       packed.zipped, packed.digest, manifest_evidence(traced.log, "/var/task"), {}});
  report.packages = package_rows(manifest);
  report.zip_path = shown(outputs.zip);
  report.manifest_path = shown(outputs.manifest());
  report.page_path = shown(outputs.page());
  report.seconds = seconds_since(start);
  write_file(outputs.manifest(), manifest_json(manifest));
  write_file(outputs.page(), html_report(report, manifest));
  // The zip last: whoever sees it finds its manifest beside it.
  publish_file(packed_outputs.zip, outputs.zip);
  return outcome;
}

}  // namespace lbundle
