// The trace is the evidence for pruning. It is taken over the unshrunk tree, where no file is missing. Each
// event runs in its own process, because a warm process hides what a cold start opens. It runs more than
// once, because threads and hash seeds make runs differ; the evidence is the union of the runs. A run is
// stored under a key of everything that it depends on, so a second build runs nothing. An event that fails on
// the unshrunk tree ends the build, because "the same answer" would then mean nothing.

#include "runs/trace.hpp"

#include <algorithm>

#include "evidence/access_log_file.hpp"
#include "model/error.hpp"
#include "model/text.hpp"
#include "os/atomic_file.hpp"
#include "os/digest_of.hpp"
#include "os/log.hpp"
#include "os/parallel.hpp"
#include "os/temp_dir.hpp"
#include "runs/answer_record.hpp"
#include "runs/expectation.hpp"
#include "runs/missing_programs.hpp"
#include "runs/run_key.hpp"
#include "runs/unproven.hpp"
#include "sandbox/tracer_program.hpp"

namespace lbundle {

namespace {

constexpr const char* traced_run_kind = "trace";

// One event, run once.
struct TracedRun {
  Answer answer;
  AccessLog log;
};

// A cached run has its answer in the first line, and the tracer's log after it.
std::optional<TracedRun> find_run(const Store& store, const Digest& key, const HostPath& scratch) {
  const auto found = store.find(traced_run_kind, key);
  if (!found) return std::nullopt;
  const auto text = as_text(*found);
  const auto newline = text.find('\n');
  if (newline == std::string_view::npos) return std::nullopt;
  auto answer = answer_from_record(text.substr(0, newline));
  if (!answer) return std::nullopt;
  const auto log_file = scratch / to_hex(key);
  write_file(log_file, text.substr(newline + 1));
  return TracedRun{std::move(*answer), read_access_log(log_file)};
}

Digest traced_run_key(const Digest& tree, const SandboxPlan& plan, const Event& event, int run,
                      const TraceOptions& options) {
  KeyBuilder key;
  key.add(run_key(tree, plan, event)).add(format("run {}", run));
  if (options.record) key.add(format("method {}", static_cast<int>(options.method))).add(tracer_version());
  return key.key();
}

// A tracer that failed with its event may have written no log.
AccessLog log_of_failed_run(const HostPath& log_file) {
  boost::system::error_code ignored;
  return fs::is_regular_file(log_file, ignored) ? read_access_log(log_file) : AccessLog{};
}

TracedRun run_and_store(const StagedTree& tree, const SandboxPlan& plan, const Event& event, int run,
                        const TraceOptions& options, const Digest& key, const HostPath& scratch,
                        const Store& store) {
  const auto log_file = scratch / (to_hex(key) + ".jsonl");
  if (!options.record) write_file(log_file, "");
  TracedRun traced;
  traced.answer =
      options.record ? trace_event(plan, event, run, options.method, log_file) : run_event(plan, event);
  if (!ended_as_expected(event, traced.answer))
    throw with_missing_programs(
        event_failed(event, traced.answer, plan, tree, options.record, options.way_to_module),
        log_of_failed_run(log_file), traced.answer, plan.runtime);
  traced.log = read_access_log(log_file);
  if (options.record && traced.log.accesses.empty()) {
    throw Error("trace", "event " + event.name, "the tracer saw no access at all, though an interpreter ran",
                "choose another `method` in [trace]; `lbundle-trace --probe` shows which work here");
  }
  store.put(traced_run_kind, key, as_bytes(to_record(traced.answer) + '\n' + read_text_file(log_file)));
  return traced;
}

}  // namespace

TraceResult trace(const StagedTree& tree, const SandboxPlan& plan, const std::vector<Event>& events,
                  const TraceOptions& options, const Store& store) {
  const TempDir scratch(plan.scratch, "trace");
  auto watching = plan;
  watching.watched_files = files_to_watch(tree, plan);
  const auto tree_digest = digest_of(tree.files);
  const auto runs = static_cast<std::size_t>(options.runs);
  std::vector<TracedRun> traced(events.size() * runs);
  parallel_for(traced.size(), options.jobs, [&](std::size_t i) {
    const auto& event = events[i / runs];
    const int run = static_cast<int>(i % runs) + 1;
    const auto key = traced_run_key(tree_digest, plan, event, run, options);
    if (auto found = find_run(store, key, scratch.path())) {
      log_detail(format("event {}, run {}: as before", event.name, run));
      // The run is stored under what it depends on, and what is expected of it may have changed.
      if (!ended_as_expected(event, found->answer))
        throw event_failed(event, found->answer, plan, tree, options.record, options.way_to_module);
      traced[i] = std::move(*found);
      return;
    }
    traced[i] = run_and_store(tree, watching, event, run, options, key, scratch.path(), store);
    log_detail(format("event {}, run {}: {:.2f} s", event.name, run, traced[i].answer.end.seconds));
  });

  TraceResult result;
  result.answers.resize(events.size());
  for (std::size_t i = 0; i < traced.size(); ++i) {
    result.answers[i / runs].push_back(std::move(traced[i].answer));
    if (!events[i / runs].verify_only) merge(result.log, std::move(traced[i].log));
  }
  return result;
}

}  // namespace lbundle
