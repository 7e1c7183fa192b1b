// The problem: a module stays, and something that it needs when it is imported was dropped. No event imports
// the module, so all answers are right, and the zip fails in production.
//
// The idea: import each module of the bundle by itself. What fails is imported in the unshrunk tree too,
// because many modules need something that is not installed. What fails only in the bundle has lost
// something, and the exception mostly names it. A fault is confirmed in a process of its own, so that neither
// the order of the imports nor a slow machine makes one.
//
// Most modules are those of distributions, and an edit of the handler does not change them. Their outcomes
// depend on the files of the distributions, on the environment, and on the function's own files only if they
// read them. The process sees whether it has opened one of them (Python's audit events), and no outcome of
// such a process, or of a child of it, is remembered without their content. The names of the own files are
// always part of the key, because a new one can be found where nothing was found. What this does not see is
// a library that reads the function's own files by itself when it is imported.
//
// Rejected: to import all modules in one process (one module's effects hide what another one lacks); one new
// process for each module (minutes, because each imports its packages again); to import in the unshrunk tree
// first (it would import thousands of modules only to learn what the bundle shows).
#include "runs/kept_imports.hpp"

#include <algorithm>

#include "elf/sonames.hpp"
#include "evidence/access_log_file.hpp"
#include "model/glob.hpp"
#include "model/lambda_paths.hpp"
#include "model/text.hpp"
#include "os/digest_of.hpp"
#include "os/log.hpp"
#include "os/temp_dir.hpp"
#include "python/bytecode.hpp"
#include "runs/run_key.hpp"

namespace lbundle {

namespace {

constexpr const char* imports_kind = "imports";
// A module is not tried if the process of its package ends after the import. If there are more than this
// number, the time or the memory of the sandbox was not enough.
constexpr std::size_t most_tried_again = 200;
// Imports that are traced because their exceptions name nothing.
constexpr int most_traced_faults = 4;

using Kind = ImportOutcome::Kind;
using ModuleNames = std::vector<std::string>;
using Outcomes = std::vector<ImportOutcome>;

// The staged source, if `path` is bytecode of it; else `path`.
BundlePath staged_form(const BundlePath& path, const FileSet& staged) {
  if (path.extension() != ".pyc") return path;
  if (const auto source = source_of_bytecode(path)) return *source;
  const BundlePath source(path.bytes().substr(0, path.bytes().size() - 1));
  return staged.contains(path) || !staged.contains(source) ? path : source;
}

// One of the two trees, divided into the function's own files and those of distributions.
class ImportTree {
 public:
  // `zip` is unpacked if a module must be imported; null for the unshrunk tree.
  ImportTree(const FileSet& files, const StagedTree& staged, const SandboxPlan& plan, UnpackedZip* zip)
      : plan_(plan), zip_(zip), whole_(digest_of(files)) {
    FileSet others;
    for (const auto& [path, node] : files) {
      const auto form = staged_form(path, staged.files);
      if (staged.files.contains(form) && staged.distributions.owner_of(form) == nullptr) {
        own_.push_back(path);
      } else {
        others.put(path, node);
      }
    }
    others_ = digest_of(others);
  }

  SandboxPlan plan() const {
    auto plan = plan_;
    if (zip_ != nullptr) plan.tree = zip_->tree();
    return plan;
  }
  const std::vector<BundlePath>& own() const { return own_; }

  Digest key(const ModuleNames& modules, bool alone, bool with_own) const {
    KeyBuilder key;
    key.add(import_each_version()).add(plan_key(with_own ? whole_ : others_, plan_));
    key.add(alone ? "alone" : "in packages").add(with_own ? "whole" : "others");
    if (!with_own)
      for (const auto& path : own_) key.add(path.bytes());
    key.add("modules");
    for (const auto& module : modules) key.add(module);
    return key.key();
  }

 private:
  const SandboxPlan& plan_;
  UnpackedZip* zip_;
  Digest whole_, others_;
  std::vector<BundlePath> own_;
};

std::optional<Outcomes> find_outcomes(const Store& store, const Digest& key, std::size_t count) {
  const auto found = store.find(imports_kind, key);
  return found ? outcomes_from_record(as_text(*found), count) : std::nullopt;
}

void put_outcomes(const Store& store, const Digest& key, const Outcomes& outcomes) {
  store.put(imports_kind, key, as_bytes(to_record(outcomes)));
}

// The outcomes that do not depend on the content of the function's own files; the others are not tried.
Outcomes without_own(Outcomes outcomes) {
  for (auto& outcome : outcomes)
    if (outcome.read_own) outcome = {};
  return outcomes;
}

bool was_tried(const ImportOutcome& outcome) {
  return outcome.kind != Kind::not_tried;
}

// Returns an outcome for each module; "not tried" if there was no answer.
Outcomes outcomes_on(const ImportTree& tree, const ModuleNames& modules, bool alone, const ImportRun& run) {
  if (modules.empty()) return {};
  const auto whole = tree.key(modules, alone, true);
  if (auto known = find_outcomes(run.store, whole, modules.size())) return std::move(*known);
  const auto others = tree.key(modules, alone, false);
  auto outcomes = find_outcomes(run.store, others, modules.size()).value_or(Outcomes(modules.size()));
  ModuleNames open;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < modules.size(); ++i) {
    if (was_tried(outcomes[i])) continue;
    open.push_back(modules[i]);
    places.push_back(i);
  }
  log_detail(format("imports {} of {} modules by themselves", open.size(), modules.size()));
  auto found = import_each(tree.plan(), {open, tree.own(), alone, run.jobs});
  if (!found) return outcomes;
  for (std::size_t i = 0; i < places.size(); ++i) outcomes[places[i]] = std::move((*found)[i]);
  const auto untried = std::ranges::count(outcomes, Kind::not_tried, &ImportOutcome::kind);
  if (static_cast<std::size_t>(untried) > most_tried_again) return outcomes;
  put_outcomes(run.store, whole, outcomes);
  put_outcomes(run.store, others, without_own(outcomes));
  return outcomes;
}

Finding not_checked(const ModuleNames& modules) {
  const auto more = modules.size() == 1 ? "" : format(" and {} more", modules.size() - 1);
  return {Severity::note, "imports-not-checked", "",
          format("the Python module {}{} was not imported by itself: the sandbox gave no answer in time",
                 modules.front(), more),
          "the events ran with the modules that they import"};
}

class ImportComparison {
 public:
  ImportComparison(const ImportRun& run, const ImportLacks& lacks)
      : run_(run),
        lacks_(lacks),
        in_bundle_(run.bundle, run.staged, run.plan, &run.zip),
        unshrunk_(run.staged.files, run.staged, run.plan, nullptr) {}

  // Imports the modules in both trees. Counts in `check` what fails in both and what was not tried, and
  // returns the faults.
  ImportFaults compare(const std::map<std::string, BundlePath>& modules, bool alone,
                       ImportCheck& check) const {
    const auto failing = failing_in_bundle(modules, alone, check);
    ModuleNames names;
    for (const auto& [name, outcome] : failing) names.push_back(name);
    const auto unshrunk = outcomes_on(unshrunk_, names, alone, run_);
    ImportFaults faults;
    for (std::size_t i = 0; i < names.size(); ++i) {
      const auto& outcome = failing.at(names[i]);
      if (!was_tried(unshrunk[i])) {
        check.not_tried.push_back(names[i]);
      } else if (is_import_fault(outcome, unshrunk[i], lacks_)) {
        faults.push_back({names[i], modules.at(names[i]), error_text(outcome), {}});
        set_lacks(faults.back(), lacks_.of(outcome));
      } else {
        ++check.failing_in_both;
      }
    }
    return faults;
  }

  // `faults` with what a traced import of the bundle shows, if the exceptions name nothing. Faults with the
  // same error get the same.
  ImportFaults with_traced_lacks(ImportFaults faults) const {
    std::map<std::string, std::vector<BundlePath>> known;  // by error
    for (auto& fault : faults) {
      if (!fault.lacks.empty()) continue;
      if (!known.contains(fault.error)) {
        if (known.size() == most_traced_faults) continue;
        known.emplace(fault.error, traced_lacks(fault.module));
      }
      set_lacks(fault, known.at(fault.error));
    }
    return faults;
  }

 private:
  void set_lacks(ImportFault& fault, std::vector<BundlePath> lacks) const {
    fault.lacks = std::move(lacks);
    fault.dropped_by = drop_that_matches(run_.drops, fault.lacks);
    for (const auto& path : fault.lacks)
      fault.keeps.push_back(run_.staged.files.contains(path) ? elf::lasting_glob(path)
                                                             : exact_glob(path.bytes()) + "/**");
  }

  std::vector<BundlePath> traced_lacks(const std::string& module) const {
    const TempDir folder(run_.plan.scratch, "imports");
    const auto log = folder.path() / "log.jsonl";
    trace_imports(in_bundle_.plan(), {{module}, {}, true, 1}, run_.method, log);
    return lacks_.of_accesses(evidence_below(read_access_log(log), task_root));
  }

  std::map<std::string, ImportOutcome> failing_in_bundle(const std::map<std::string, BundlePath>& modules,
                                                         bool alone, ImportCheck& check) const {
    ModuleNames names;
    for (const auto& [name, file] : modules) names.push_back(name);
    const auto outcomes = outcomes_on(in_bundle_, names, alone, run_);
    std::map<std::string, ImportOutcome> failing;
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (outcomes[i].kind == Kind::failed) failing.emplace(names[i], outcomes[i]);
      if (outcomes[i].kind == Kind::not_tried) check.not_tried.push_back(names[i]);
    }
    return failing;
  }

  const ImportRun& run_;
  const ImportLacks& lacks_;
  ImportTree in_bundle_, unshrunk_;
};

}  // namespace

bool ImportCheck::has_unwanted_fault() const {
  return std::ranges::any_of(faults, [](const ImportFault& fault) { return !fault.dropped_by; });
}

bool is_import_fault(const ImportOutcome& in_bundle, const ImportOutcome& unshrunk,
                     const ImportLacks& lacks) {
  if (in_bundle.kind != Kind::failed) return false;
  if (unshrunk.kind == Kind::imported) return true;
  return unshrunk.kind == Kind::failed && unshrunk.type != in_bundle.type &&
         !lacks.named_by(in_bundle).empty();
}

std::optional<UserGlob> drop_that_matches(const std::vector<UserGlob>& drops,
                                          const std::vector<BundlePath>& paths) {
  for (const auto& drop : drops) {
    const Glob glob(drop.glob);
    // A folder is matched by what matches anything in it.
    const auto matches = [&](const BundlePath& path) {
      return glob.matches(path.bytes()) || glob.matches((path / "*").bytes());
    };
    if (std::ranges::any_of(paths, matches)) return drop;
  }
  return std::nullopt;
}

std::string error_text(const ImportOutcome& outcome) {
  if (outcome.type.empty()) return outcome.message;
  return outcome.message.empty() ? outcome.type : format("{}: {}", outcome.type, outcome.message);
}

std::map<std::string, BundlePath> kept_modules(const FileSet& staged, const FileSet& bundle) {
  const ModuleIndex unshrunk(staged);
  std::map<std::string, BundlePath> modules;
  for (const auto& [path, node] : bundle) {
    if (path.parent().name() == "__pycache__") continue;
    const auto name = ModuleIndex::name_of(path);
    if (!name.empty() && unshrunk.contains(name)) modules.emplace(name, path);
  }
  return modules;
}

ImportCheck check_kept_imports(const ImportRun& run) {
  if (run.plan.runtime.language != Language::python) return {};
  const auto modules = kept_modules(run.staged.files, run.bundle);
  const ImportLacks lacks(run.staged.files, run.bundle);
  const ImportComparison comparison(run, lacks);
  ImportCheck check;
  check.checked = modules.size();
  std::map<std::string, BundlePath> suspects;
  for (const auto& fault : comparison.compare(modules, false, check))
    suspects.emplace(fault.module, fault.file);
  if (check.not_tried.size() <= most_tried_again) {
    for (const auto& name : check.not_tried) suspects.emplace(name, modules.at(name));
    check.not_tried.clear();
  }
  // The second time counts, in a process of its own.
  check.faults = comparison.with_traced_lacks(comparison.compare(suspects, true, check));
  if (!check.not_tried.empty()) check.findings.push_back(not_checked(check.not_tried));
  log_detail(format("of {} modules {} fail in both trees, and {} only in the bundle", check.checked,
                    check.failing_in_both, check.faults.size()));
  return check;
}

}  // namespace lbundle
