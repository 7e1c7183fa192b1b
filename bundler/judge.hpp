// judge: decides whether a zip is right. build, verify and check use the same functions and the same verdict.
#pragma once

#include "cache/store.hpp"
#include "idle_faults.hpp"
#include "model/bundle.hpp"
#include "native/native_fault.hpp"
#include "package/check.hpp"
#include "project/project.hpp"
#include "report/build_report.hpp"
#include "runs/kept_imports.hpp"
#include "runs/trace.hpp"
#include "runs/unpacked_zip.hpp"
#include "runs/verify.hpp"
#include "unshrunk.hpp"

namespace lbundle {

// The settings by which a zip is judged.
struct JudgeSettings {
  Function function;
  std::vector<Event> events;
  std::vector<HostPath> layers;  // unpacked
  PackageUse use;
  LimitSettings limits;
  Budget budget;                     // empty: sizes are not compared with the baseline
  HostPath baseline;                 // Project::baseline
  std::vector<UserGlob> drops = {};  // the user's own
  bool allow_failing_events =
      false;  // events of which none gets through unshrunk are a warning, not an error
};

// The result of the runs on the zip.
struct RunsVerdict {
  std::vector<EventVerdict> events;  // in the order of the events; empty if no event ran
  NativeFaults native_faults;        // of loading libraries, and of import orders
  Findings findings;                 // notes about loading and warm processes
  AnswersOfRuns unshrunk;            // the answers of the unshrunk tree that were compared with
  ImportCheck imports;               // of the modules in the zip; empty if there are native faults

  bool answers_match() const;
  bool is_right() const { return answers_match() && native_faults.empty() && !imports.has_unwanted_fault(); }
};

struct ZipVerdict {
  CheckResult checked;  // form and sizes
  Findings budget;      // sizes against the baseline
  Findings native;      // native code against the runtime's loader
  IdleFaults idle;      // faults of its files that only give warnings
  RunsVerdict runs;

  // All findings, with those about the runtime and about the events' answers.
  Findings findings(const JudgeSettings& settings) const;
};

// Judges a zip without running it: its form, its sizes, its native code. The first overload reads the native
// code from `files`, which were made from `unshrunk` by `decisions` (empty: by another build). The second
// reads it from the zip, and what a build knows about it from the manifest beside the zip.
ZipVerdict judge_package(const HostPath& zip, const FileSet& files, const Unshrunk& unshrunk,
                         const Decisions& decisions, const JudgeSettings& settings, const Store& store,
                         unsigned jobs);
ZipVerdict judge_package(const HostPath& zip, const JudgeSettings& settings, const Store& store,
                         unsigned jobs);

// Judges a zip by running it. Its changed libraries are loaded by themselves. Every event runs on it, cold
// and warm, and the answers are compared with those of the unshrunk tree. If all match, the events run again
// after imports of the packages that share libraries, in each order. Each Python module of the zip is
// imported by itself. `files` are the files of the zip. Returns an empty verdict if there are no answers of
// the unshrunk tree.
RunsVerdict judge_runs(UnpackedZip& zip, const Digest& zip_digest, const FileSet& files,
                       const JudgeSettings& settings, const Unshrunk& unshrunk, const Store& store,
                       unsigned jobs);

// Returns the verdict as a report shows it. `zip_path` is the name of the zip in the report.
ZipReport zip_report(const ZipVerdict& verdict, const JudgeSettings& settings, std::string zip_path);

}  // namespace lbundle
