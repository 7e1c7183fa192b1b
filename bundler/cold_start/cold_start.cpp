// The problem: Lambda bills the time until a function first answers, and that is the time that a user feels.
// A single measurement says little: other processes, file contents that are in memory already and a busy disk
// can double it.
//
// The idea: measure both trees at the same time, in turns, one process at a time, so that what disturbs one
// disturbs the other. Before each run the pages of the tree's files are dropped from the page cache, because
// a new machine of Lambda's has none in memory. The kernel does this for anyone who may read a file. The
// unshrunk tree is as pip leaves it in a zip: without bytecode, on a read-only /var/task, so each start
// compiles again. The medians are reported, because a single slow run is due to the machine.
//
// Rejected: the times of the runs that verify, because they share the machine with each other; dropping the
// page cache of the whole machine, because it is not only ours.

#include "cold_start/cold_start.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "cold_start/cold_start_figures.hpp"
#include "cold_start/import_profile.hpp"
#include "evidence/access_log_file.hpp"
#include "model/error.hpp"
#include "model/lambda_paths.hpp"
#include "model/text.hpp"
#include "os/digest_of.hpp"
#include "os/fd.hpp"
#include "os/log.hpp"
#include "os/temp_dir.hpp"
#include "os/tree.hpp"
#include "runs/run_key.hpp"
#include "runs/unpacked_zip.hpp"
#include "sandbox/sequence.hpp"
#include "staging/tree_on_disk.hpp"
#include "zip/reader.hpp"
#include "zip/writer.hpp"

namespace lbundle {

namespace {

constexpr const char* cache_kind = "cold-start";
constexpr std::string_view measurement_version = "cold-start-1";
constexpr std::size_t imports_shown = 10;

FileSet without_bytecode(const FileSet& files) {
  FileSet left;
  for (const auto& [path, node] : files)
    if (path.extension() != ".pyc") left.put(path, node);
  return left;
}

// Pages of written files can be dropped only once they are on the disk.
void write_back(const HostPath& folder) {
  const Fd fd(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd.is_open()) syncfs(fd.number());
}

void drop_pages(const HostPath& folder) {
  boost::system::error_code failure;
  fs::recursive_directory_iterator at(folder, failure);
  for (const fs::recursive_directory_iterator end; !failure && at != end; at.increment(failure)) {
    const Fd fd(open(at->path().c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    if (fd.is_open()) posix_fadvise(fd.number(), 0, 0, POSIX_FADV_DONTNEED);
  }
}

std::size_t files_opened(const SandboxPlan& plan, const Event& event, TraceMethod method) {
  const TempDir folder(plan.scratch, "cold");
  const auto log = folder.path() / "log.jsonl";
  trace_event(plan, event, 1, method, log);
  std::size_t opened = 0;
  for (const auto& [path, kinds] : evidence_below(read_access_log(log), task_root)) {
    if (kinds.contains(AccessKind::opened) || kinds.contains(AccessKind::mapped) ||
        kinds.contains(AccessKind::executed))
      ++opened;
  }
  return opened;
}

ColdStart measure(const ColdStartInputs& inputs) {
  const auto& event = inputs.events.front();
  const TempDir folder(inputs.plan.scratch, "cold-start");
  auto staged = inputs.plan;
  auto bundle = inputs.plan;
  staged.tree = folder.path() / "staged";
  bundle.tree = folder.path() / "bundle";
  write_tree(without_bytecode(inputs.tree.files), staged.tree, inputs.jobs);
  zip::extract(inputs.zip, bundle.tree, most_unpacked, inputs.jobs);
  set_dates(bundle.tree, zip::entry_date());
  write_back(folder.path());
  std::vector<Answer> before, after;
  for (int i = 0; i < inputs.plan.settings.cold_starts; ++i) {
    for (auto [plan, answers] : {std::pair(&staged, &before), std::pair(&bundle, &after)}) {
      drop_pages(plan->tree);
      answers->push_back(run_event(*plan, event));
    }
  }
  ColdStart start;
  start.processes = inputs.plan.settings.cold_starts;
  start.staged = medians_of(before);
  start.bundle = medians_of(after);
  start.staged.files_opened = files_opened(staged, event, inputs.method);
  start.bundle.files_opened = files_opened(bundle, event, inputs.method);
  start.staged_seconds = start.staged.import_seconds;
  start.bundle_seconds = start.bundle.import_seconds;
  if (inputs.plan.runtime.language == Language::python) {
    const auto imports = log_of_imports(bundle, event);
    start.imports = imports_of(imports, imports_shown);
    start.unused = imported_and_unused(imports, log_of_uses(bundle, inputs.events), inputs.tree);
  }
  return start;
}

}  // namespace

ColdStart measure_cold_start(const ColdStartInputs& inputs) {
  KeyBuilder key_builder;
  key_builder.add(measurement_version)
      .add(uses_version())
      .add(inputs.zip_digest)
      .add(std::to_string(inputs.plan.settings.cold_starts));
  for (const auto& event : inputs.events)
    key_builder.add(run_key(digest_of(inputs.tree.files), inputs.plan, event));
  const auto key = key_builder.key();
  if (const auto found = inputs.store.find(cache_kind, key)) {
    if (auto start = cold_start_from_record(as_text(*found))) return std::move(*start);
  }
  log_step(format("cold start, measured in {} processes", 2 * inputs.plan.settings.cold_starts));
  auto start = measure(inputs);
  inputs.store.put(cache_kind, key, as_bytes(to_record(start)));
  return start;
}

}  // namespace lbundle
