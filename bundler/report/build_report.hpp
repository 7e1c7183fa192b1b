// What a command reports, as plain values. text_report, json_report and html_report only print them.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "model/byte_size.hpp"
#include "model/finding.hpp"
#include "model/limits.hpp"

namespace lbundle {

// What is left after a stage.
struct StageRow {
  std::string name;  // "stage", "trace", "prune", "dedupe", "strip", "bytecode", "pack", "check", "verify"
  std::size_t files = 0;
  ByteSize unzipped;
  double seconds = 0.0;
  std::string note;  // one short sentence, may be empty: "2 libraries kept as they were"
};

// What takes time beside the stages.
struct TimeRow {
  std::string name;  // "prepare", "native code", "repair", "cold start", "the rest"
  double seconds = 0.0;
  std::string note;  // how to skip it, for example; may be empty
};

// A distribution, before and after. manifest.hpp's package_rows makes them.
struct PackageRow {
  std::string name;  // empty for the function's own files
  std::string version;
  std::size_t staged_files = 0;
  std::size_t files = 0;
  ByteSize staged;    // unzipped, as staged
  ByteSize unzipped;  // in the bundle
  ByteSize zipped;    // compressed bytes of its entries, without the zip's own records
};

// One event, run over the staged tree and over the bundle.
struct EventRow {
  std::string name;
  bool match = false;
  double staged_seconds = 0.0;
  double bundle_seconds = 0.0;
  std::vector<std::string>
      differences;            // one line each, "/body/mean: 3.5 became 3.6"; empty where they match
  bool raises = false;        // it is expected to raise, and `answer` is the error
  std::string unproven = {};  // why its unshrunk answer proves nothing: "it answers statusCode 500"; or empty
  std::string answer = {};    // of the unshrunk tree, shortened
  std::vector<std::string> log = {};      // the last lines that it wrote there, shortened
  std::vector<std::string> written = {};  // what it wrote to services there, a line each, shortened
};

// Medians over fresh processes.
struct ColdStartSide {
  double import_seconds = 0.0;  // start of the runtime to the end of the handler's import
  double invoke_seconds = 0.0;  // the first invocation
  ByteSize peak_memory;
  ByteSize bytes_read;  // from the disk; 0 where the page cache could not be dropped
  std::size_t files_opened = 0;
};

// What the modules of one package took at import, without what they imported of others.
struct ImportRow {
  std::string name;
  double seconds = 0.0;
  std::size_t modules = 0;
};

// Start of the runtime to the end of the handler's import. Measured in `processes` of their own for each
// side, the unshrunk tree without bytecode; or, where that is 0, the median over the events that verified.
struct ColdStart {
  double staged_seconds = 0.0;
  double bundle_seconds = 0.0;
  int processes = 0;
  ColdStartSide staged = {}, bundle = {};
  std::vector<ImportRow> imports = {};   // of the bundle, the slowest first
  std::vector<std::string> unused = {};  // imported, and no event ran a function of it: "numpy 1.26.4"
};

// A library that several packages carried, and whose one copy now serves them.
struct SharingRow {
  std::string soname;
  std::string kept;      // path in the bundle
  std::string replaced;  // path as staged
  ByteSize saved;        // unzipped
  std::string why;       // "same bytes", "same C API: 54 of 54 symbols"
};

// What the bundle is held against. Lambda counts layers into the unzipped limit.
struct LimitsReport {
  ByteSize zipped = limits::zipped;
  ByteSize unzipped = limits::unzipped;
  ByteSize layers_unzipped;
  bool direct_upload = true;  // false: uploaded through S3, where the zipped limit does not apply
};

// Where dependencies were installed and events run, if in containers. Digests are the engine's: "sha256:…".
struct ContainerFacts {
  std::string engine;               // "docker", "podman"
  std::string image, image_digest;  // empty where this machine installed the dependencies
  std::string run_image, run_image_digest;
};

// One door from what events used, or from the function's own code, to what none did.
struct UntriedRow {
  std::string door;       // "imported in export() by handler.py:12", or the reason of a rule
  std::string rule;       // "rules/packages/pillow.toml:8" where a rule opened it
  std::string example;    // the largest file behind it
  bool own = false;       // it stands in the function's own code
  std::size_t files = 0;  // staged files behind it that are in the bundle; bytecode counts with its source
  ByteSize unzipped, zipped;
};

// How many Python modules of the zip were imported by themselves.
struct ImportsReport {
  std::size_t checked = 0;
  std::size_t failing_in_both = 0;    // they cannot be imported in the unshrunk tree either
  std::size_t failing_in_bundle = 0;  // only in the bundle
};

// What was found about one zip. build, check and verify fill the same fields; what a command does not look at
// stays empty.
struct ZipReport {
  std::string zip_path;  // as it should be shown: relative if that is shorter
  std::string runtime, architecture;
  ByteSize zipped;  // the zip file
  ByteSize unzipped;
  std::size_t files = 0;
  LimitsReport limits;
  std::vector<EventRow> events;          // empty if no event ran
  std::optional<ColdStart> cold_start;   // nothing if no event ran
  std::optional<ImportsReport> imports;  // nothing if no module was imported by itself
  std::string client;                    // what ran the events: "awslambdaric 4.2.2"; may be empty
  Findings findings;

  // Every event gave the same answer, and no finding is an error.
  bool is_good() const;
};

// What `lbundle build` did.
struct BuildReport : ZipReport {
  std::string function;
  std::string backend;                      // "host", "container"
  std::optional<ContainerFacts> container;  // of the backend "container"
  std::string manifest_path, page_path;     // shown as zip_path is
  double seconds = 0.0;
  std::vector<StageRow> stages;  // in the order of the pipeline
  std::vector<TimeRow> times;    // of everything else: with the stages' times they add up to `seconds`
  std::vector<PackageRow> packages;
  std::vector<SharingRow> sharing;
  std::vector<UntriedRow> untried;
  std::string trace_method, trace_method_reason;  // "ptrace", "no user notification in this kernel"
  std::vector<std::string> suggestions;           // sentences: what could make it smaller
};

// One limit of Lambda's and how much of it is used.
struct Headroom {
  std::string name;  // "zipped", "unzipped"
  ByteSize used;     // layers included where they count
  ByteSize limit;
  bool applies = true;

  // Negative where the limit is exceeded.
  std::int64_t left() const { return difference(limit, used); }
  // 1.0 is the limit itself.
  double share() const;
};

// Both limits, zipped first.
std::vector<Headroom> headroom(const LimitsReport& limits, ByteSize zipped, ByteSize unzipped);

// "host", "podman in IMAGE".
std::string stager(const BuildReport& report);
// How many events prove nothing, because their unshrunk answer is a failure.
std::size_t unproven_count(const std::vector<EventRow>& events);
// "3 of 5 events prove nothing"; empty if each of them proves something.
std::string unproven_text(const std::vector<EventRow>& events);
// True if every event gave the same answer.
bool all_match(const std::vector<EventRow>& events);

// "61 Python modules imported by themselves, 3 fail in the unshrunk tree too"; what fails only in the bundle
// is a finding.
std::string imports_text(const ImportsReport& imports);

// For people: "0.83 s", "42.1 s", "3 min 5 s"; "< 0.01 s" for what is hardly measurable.
std::string seconds_text(double seconds);
// How much less `after` is than `before`: "-48 %", "+3 %"; empty where `before` is 0.
std::string change_text(double before, double after);
// "1 file", "4,988 files".
std::string count_text(std::size_t count, const std::string& singular, const std::string& plural);

}  // namespace lbundle
