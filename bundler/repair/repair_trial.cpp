// A search tries many repairs, each with the same runs. Events that fail alone run in processes of their own.
// If only a process fails that answers all events, all events run in one process. The log of such a process
// cannot be divided by event, so it is one trial. Its name is that of the first event with another answer.
// A module that cannot be imported is a trial too. The exception mostly names what it lacks; only if it does
// not is the import traced.
#include "repair/repair_trial.hpp"

#include <algorithm>

#include "evidence/access_log_file.hpp"
#include "model/lambda_paths.hpp"
#include "model/text.hpp"
#include "os/parallel.hpp"
#include "os/temp_dir.hpp"
#include "runs/run_key.hpp"
#include "sandbox/sequence.hpp"
#include "staging/tree_on_disk.hpp"

namespace lbundle {

namespace {

constexpr std::string_view import_prefix = "import of ";
// Imports that are traced in one trial.
constexpr int most_traced_imports = 4;

}  // namespace

std::string import_name(const std::string& module) {
  return format("{}{}", import_prefix, module);
}

bool is_import(const std::string& name) {
  return name.starts_with(import_prefix);
}

bool Trial::passes() const {
  return all_match(verdicts);
}

std::set<std::string> Trial::failing() const {
  std::set<std::string> names;
  for (const auto& verdict : verdicts)
    if (!verdict.match()) names.insert(verdict.event);
  return names;
}

Trials::Trials(const RepairInputs& inputs, const Failures& failures)
    : inputs_(inputs), answers_(failures.answers) {
  for (const auto& fault : failures.imports)
    if (!fault.dropped_by) modules_.push_back(fault.module);
  if (!modules_.empty()) {
    const ImportRequest request{modules_, {}, true, inputs_.trace_options.jobs};
    modules_unshrunk_ =
        import_each(inputs_.plan, request).value_or(std::vector<ImportOutcome>(modules_.size()));
  }
  const auto& verdicts = failures.events;
  for (std::size_t i = 0; i < verdicts.size(); ++i) {
    if (verdicts[i].match()) continue;
    if (verdicts[i].warm) {
      if (!in_sequence()) warm_name_ = verdicts[i].event + " in a warm process";
    } else {
      failing_.push_back(i);
    }
  }
  if (!in_sequence()) return;
  sequence_ = sequence_of(inputs_.events);
  unshrunk_ = warm_runs(inputs_.plan, digest_of(inputs_.tree.files), sequence_, inputs_.store,
                        inputs_.trace_options.jobs);
}

Trial Trials::run(const Repair& repair, bool traced) const {
  Trial trial{inputs_.remake(repair), {}, {}};
  const TempDir folder(inputs_.plan.scratch, "repair");
  auto plan = inputs_.plan;
  plan.tree = folder.path() / "tree";
  write_tree(trial.bundle.files, plan.tree, inputs_.trace_options.jobs);
  in_sequence() ? run_in_sequence(plan, traced, trial) : run_each(plan, traced, trial);
  run_imports(plan, traced, trial);
  return trial;
}

void Trials::run_each(const SandboxPlan& plan, bool traced, Trial& trial) const {
  const TempDir folder(plan.scratch, "repair");
  trial.verdicts.resize(failing_.size());
  std::vector<AccessLog> logs(failing_.size());
  parallel_for(failing_.size(), inputs_.trace_options.jobs, [&](std::size_t at) {
    const auto& event = inputs_.events[failing_[at]];
    const auto log = folder.path() / format("{}.jsonl", at);
    auto answer =
        traced ? trace_event(plan, event, 1, inputs_.trace_options.method, log) : run_event(plan, event);
    if (traced) logs[at] = read_access_log(log);
    const auto reference = reference_of(answers_[failing_[at]]);
    trial.verdicts[at] = {event.name, differences(reference, answer, event), reference.answer,
                          std::move(answer)};
  });
  AccessLog all;
  for (const auto& log : logs) all.accesses.insert(log.accesses.begin(), log.accesses.end());
  trial.evidence = evidence_below(all, task_root);
}

void Trials::run_in_sequence(const SandboxPlan& plan, bool traced, Trial& trial) const {
  const TempDir folder(plan.scratch, "repair");
  const auto log = folder.path() / "log.jsonl";
  auto answers = traced ? trace_sequence(plan, sequence_, warm_name_, inputs_.trace_options.method, log)
                        : run_sequence(plan, sequence_);
  if (traced) trial.evidence = evidence_below(read_access_log(log), task_root);
  EventVerdict verdict{warm_name_, {}, unshrunk_.front().front(), {}};
  for (auto& lines : warm_differences(sequence_, unshrunk_, answers))
    std::ranges::move(lines, std::back_inserter(verdict.differences));
  // The log of the whole process is in its first answer.
  verdict.bundle = std::move(answers.front());
  trial.verdicts.push_back(std::move(verdict));
}

void Trials::run_imports(const SandboxPlan& plan, bool traced, Trial& trial) const {
  if (modules_.empty()) return;
  const auto outcomes =
      import_each(plan, {modules_, {}, true, inputs_.trace_options.jobs}).value_or(modules_unshrunk_);
  const ImportLacks lacks(inputs_.tree.files, trial.bundle.files);
  int left_to_trace = traced ? most_traced_imports : 0;
  for (std::size_t i = 0; i < modules_.size(); ++i) {
    EventVerdict verdict{import_name(modules_[i]), {}, {}, {}};
    const auto lacking = lacks.of(outcomes[i]);
    if (is_import_fault(outcomes[i], modules_unshrunk_[i], lacks) &&
        !drop_that_matches(inputs_.drops, lacking)) {
      verdict.differences.push_back(error_text(outcomes[i]));
      // Of a folder all files: one of them would let the import succeed and hide that the others are missing.
      const auto lacks_file = [&](const BundlePath& path) {
        trial.evidence[path][AccessKind::missing].insert(verdict.event);
      };
      for (const auto& path : lacking) {
        if (inputs_.tree.files.contains(path)) lacks_file(path);
        for (const auto& [file, node] : inputs_.tree.files.below(path)) lacks_file(file);
      }
      if (lacking.empty() && left_to_trace-- > 0)
        for (const auto& [path, kinds] : traced_import(plan, modules_[i]))
          if (kinds.contains(AccessKind::missing))
            trial.evidence[path][AccessKind::missing].insert(verdict.event);
    }
    trial.verdicts.push_back(std::move(verdict));
  }
}

Evidence Trials::traced_import(const SandboxPlan& plan, const std::string& module) const {
  const TempDir folder(plan.scratch, "repair");
  const auto log = folder.path() / "log.jsonl";
  trace_imports(plan, {{module}, {}, true, 1}, inputs_.trace_options.method, log);
  return evidence_below(read_access_log(log), task_root);
}

std::vector<std::pair<std::string, Evidence>> Trials::accesses_unshrunk(
    const std::set<std::string>& failing) const {
  std::vector<std::pair<std::string, Evidence>> accesses;
  for (const auto& module : modules_)
    if (failing.contains(import_name(module)))
      accesses.emplace_back(import_name(module), traced_import(inputs_.plan, module));
  if (in_sequence()) {
    const TempDir folder(inputs_.plan.scratch, "repair");
    const auto log = folder.path() / "log.jsonl";
    trace_sequence(inputs_.plan, sequence_, warm_name_, inputs_.trace_options.method, log);
    accesses.emplace_back(warm_name_, evidence_below(read_access_log(log), task_root));
    return accesses;
  }
  for (const auto i : failing_) {
    auto event = inputs_.events[i];
    if (!failing.contains(event.name)) continue;
    event.verify_only = false;
    const auto traced = trace(inputs_.tree, inputs_.plan, {event}, inputs_.trace_options, inputs_.store);
    accesses.emplace_back(event.name, evidence_below(traced.log, task_root));
  }
  return accesses;
}

}  // namespace lbundle
