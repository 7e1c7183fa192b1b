// A build, stage by stage. Stages are free functions from values to values. This file has their order, and
// says what is true after each of them. No zip is published before it is judged: it is packed in another
// folder, judged, and only then renamed to its place.
#include "pipeline.hpp"

#include <chrono>

#include "abi/abi_releases.hpp"
#include "assemble_report.hpp"
#include "cold_start/cold_start.hpp"
#include "judge.hpp"
#include "model/text.hpp"
#include "os/log.hpp"
#include "os/progress.hpp"
#include "os/temp_dir.hpp"
#include "package/baseline.hpp"
#include "package/pack.hpp"
#include "prepare.hpp"
#include "publish.hpp"
#include "repair/repairs.hpp"
#include "report/html_report.hpp"
#include "runs/import_findings.hpp"
#include "settings_of.hpp"
#include "shrink.hpp"
#include "stage_table.hpp"
#include "unshrunk.hpp"

namespace lbundle {

namespace {

// The settings of an attempt at a bundle, except its repair.
struct AttemptSettings {
  ShrinkSettings shrink;
  PackLevel level = PackLevel::best;
  JudgeSettings judge;
  HostPath candidate;  // where the zip goes until it is judged
};

// "thumbs: python3.13 on x86_64, 3 events".
std::string build_title(const Project& project) {
  const auto& function = project.function;
  return format("{}: {} on {}, {}", function.name, function.runtime.name, to_text(function.architecture),
                count_text(project.events.size(), "event", "events"));
}

Made make_and_judge(const Unshrunk& unshrunk, const AttemptSettings& settings, const Repair& repair,
                    const Store& store, unsigned jobs, StageTable& table) {
  // The bundle has only the files that are needed, each content once, without bytes that nothing reads
  // (shrink.cpp).
  auto shrunk = shrink(unshrunk.tree, unshrunk.evidence, settings.shrink, repair, store, jobs, table);
  const auto& files = shrunk.bundle.files;

  // The zip is complete, in a temporary folder.
  auto packed = table.run(
      "pack",
      [&] {
        return pack(files, settings.candidate,
                    {zip_level(settings.level), jobs, &store, show_progress("pack")});
      },
      [](const PackedZip& zip) { return to_text(zip.zipped) + " zipped"; });

  // The zip has the form that Lambda accepts, and the runtime's loader accepts its native code, or the
  // verdict says what is wrong. The verdict also says whether the zip exceeds the limits or the budget.
  auto verdict = table.run("check", [&] {
    return judge_package(settings.candidate, files, unshrunk, shrunk.bundle.decisions, settings.judge, store,
                         jobs);
  });

  // Every event gives the same answer on the zip as on the unshrunk tree, and every Python module of the zip
  // can be imported that can be there, or the verdict says what differs.
  verdict.runs = table.run("verify", [&] {
    UnpackedZip zip(settings.candidate, unshrunk.plan.scratch, jobs);
    return judge_runs(zip, packed.digest, files, settings.judge, unshrunk, store, jobs);
  });
  auto& faults = verdict.runs.imports.faults;
  faults = with_reasons(std::move(faults), shrunk.bundle.decisions);
  return {std::move(shrunk), std::move(packed), std::move(verdict)};
}

BuildOutcome report_and_publish(BuildReport report, const Manifest& manifest, const HostPath& candidate,
                                const Outputs& outputs, bool published) {
  report.zip_path = shown(outputs.zip);
  report.manifest_path = shown(outputs.manifest());
  report.page_path = shown(outputs.page());
  publish(outputs, candidate, manifest_json(manifest), html_page(report, manifest));
  return {std::move(report), published};
}

}  // namespace

BuildOutcome build(const Project& project, const BuildOptions& options, const Store& store) {
  const auto start = std::chrono::steady_clock::now();
  const auto jobs = options.jobs;
  StageTable table;

  // The backend is chosen, and it is known whether events can run in it.
  const auto purpose = options.frozen ? Purpose::run_events_if_possible : Purpose::run_events;
  log_step(build_title(project));
  const auto prepared = table.time("prepare", [&] { return prepare(project, purpose, store, jobs); });

  // Every dependency is in one tree. It is known what the representative run uses of it, and what each event
  // answers (unshrunk.cpp).
  const auto source = options.frozen ? EvidenceSource::committed_log : EvidenceSource::committing_trace;
  const auto unshrunk = stage_and_trace(project, prepared, source, store, jobs, table);
  const auto rows_before_bundle = table.rows().size();

  // The bundle is made and judged. If an event or an import fails on it that does not fail on the unshrunk
  // tree, the bundle is made again with the files that it lacked, until every answer is the same or there is
  // nothing more to add.
  const TempDir beside(project.workspace(), "candidate");
  AttemptSettings settings{shrink_settings(project, prepared.interpreter), project.pack_level,
                           judge_settings(project, prepared.layers),
                           beside.path() / options.output.filename()};
  settings.shrink.debug_files = options.debug_files;
  if (options.update_baseline) settings.judge.budget = {};
  const auto make = [&](const Repair& repair) {
    table.keep(rows_before_bundle);
    return make_and_judge(unshrunk, settings, repair, store, jobs, table);
  };
  const auto remake = [&](const Repair& repair) {
    auto loud = settings.shrink;
    loud.prune.loud = true;
    StageTable silent(StageTable::Progress::silent);
    return shrink(unshrunk.tree, unshrunk.evidence, loud, repair, store, jobs, silent).bundle;
  };
  const RepairInputs repairing{unshrunk.tree, unshrunk.plan, project.events,    unshrunk.trace,
                               store,         remake,        project.prune.drop};
  const bool may_repair = options.repair && !options.frozen && unshrunk.collected.answers;
  auto repairs = may_repair ? Repairs(repairing, repair_key(repair_settings(project), unshrunk.tree,
                                                            unshrunk.evidence, unshrunk.plan))
                            : Repairs();
  auto made = make(repairs.current());
  while (repairs.learn_from({made.shrunk.bundle.decisions, made.verdict.runs.events,
                             made.verdict.runs.native_faults, made.verdict.runs.unshrunk,
                             made.verdict.runs.imports}))
    made = make(repairs.current());
  made.verdict.native = with_fitting_releases(std::move(made.verdict.native), unshrunk.tree.distributions,
                                              project.function, prepared.interpreter, store);

  // The report says what happened to every byte.
  const auto manifest = assemble_manifest(project.function, prepared.backend, unshrunk, made);
  auto report =
      assemble_report(settings.judge, prepared.backend, unshrunk, made, repairs.findings(), manifest);

  // The cold start is measured on the zip that is going to be published.
  if (!report.events.empty() && made.verdict.runs.is_right() && project.sandbox.cold_starts > 0)
    report.cold_start = table.time(
        "cold start",
        [&] {
          return measure_cold_start({unshrunk.tree, settings.candidate, made.packed.digest, unshrunk.plan,
                                     project.events, project.trace.method, jobs, store});
        },
        "cold_starts = 0 in [sandbox] leaves it out");
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  report.stages = table.rows();
  report.times = table.times_up_to(report.seconds);

  // The zip goes to its place if no finding is an error and every answer matches. Otherwise it goes to the
  // folder of rejected zips.
  const bool good = report.is_good();
  if (good && options.update_baseline)
    update_baseline(project.baseline(), made.verdict.checked, options.reason);
  const Outputs outputs{good ? options.output
                             : rejected_folder(project.workspace()) / options.output.filename()};
  if (good) remember_published(project.workspace(), outputs.zip);
  return report_and_publish(std::move(report), manifest, settings.candidate, outputs, good);
}

}  // namespace lbundle
