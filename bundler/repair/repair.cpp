// The problem: an event fails on the bundle and does not fail on the unshrunk tree. If lbundle only reported
// that, the user would have to find out what was missing, one failure at a time.
//
// The idea: ask the failing run. It runs again, under the tracer, on the tree that the bundle would unpack
// to. If it did not find a file that the staged tree has, the file was dropped wrongly. The file is kept, and
// the event runs again, because one missing file hides the next. Python lists folders and does not ask for
// names that are not in them. So what the bundle itself reports about dropped modules
// (prune/dropped_notice.hpp) counts too. If a few rounds are not enough, everything that the event used on
// the unshrunk tree is kept at once.
//
// If a run misses nothing and still answers differently, the cause may be a library that replaces another
// one, a rewritten library, or a source that the run reads. All of these changes are undone. If that helps,
// one half of them is undone, and so on, until one change is found to be the cause, or until changes from
// both halves are needed.
//
// A module that can be imported in the unshrunk tree and not in the bundle is searched for in the same way,
// as if it were an event (runs/kept_imports.hpp).
//
// If each event alone is answered correctly, and a process that has answered other events is not, the same is
// done with that process as a whole (repair/repair_trial.cpp).
//
// Rejected: to keep whole packages until it works (this hides the cause and costs megabytes); to bisect what
// was dropped (there are thousands of files, and several may be needed together).

#include "repair/repair.hpp"

#include <algorithm>
#include <set>

#include "json/json.hpp"
#include "model/glob.hpp"
#include "model/text.hpp"
#include "os/log.hpp"
#include "prune/prune_evidence.hpp"
#include "repair/repair_trial.hpp"

namespace lbundle {

namespace {

// Each round runs all failing events.
constexpr int most_rounds = 8;
// After this number of rounds, what the events used on the unshrunk tree is kept too.
constexpr int rounds_of_patience = 3;
// The same limit as for folders that an event lists (prune/prune.cpp).
constexpr ByteSize most_for_a_folder{2'000'000};
constexpr std::size_t globs_in_a_hint = 6;

using RepairedFiles = std::map<BundlePath, RepairedFile>;

std::string name_events(const std::set<std::string>& events) {
  // The import of a module by itself is named as one.
  if (is_import(*events.begin()))
    return *events.begin() + (events.size() == 1 ? "" : format(" and {} more", events.size() - 1));
  if (events.size() == 1) return "event " + *events.begin();
  if (events.size() == 2) return format("events {} and {}", *events.begin(), *events.rbegin());
  return format("event {} and {} more", *events.begin(), events.size() - 1);
}

std::string text_of(const Reason& reason) {
  return reason.rule.empty() ? reason.text : format("{}; {}", reason.text, reason.rule);
}

// The staged files that prune dropped and that the events of one trial ask for.
class Missing {
 public:
  Missing(const FileSet& staged, const Trial& trial) : staged_(staged), trial_(trial) {}

  void add(const BundlePath& asked, const std::set<std::string>& events) {
    std::set<BundlePath> crossed;
    const auto target = staged_.follow(asked, &crossed);
    for (const auto& link : crossed) add_file(link, events);
    if (!target) return;
    if (staged_.contains(*target)) {
      add_file(*target, events);
    } else {
      add_folder(*target, events);
    }
  }

  // Adds the files directly in a folder that is listed or opened. If these are too large or none, it adds the
  // smallest file anywhere below. Python files and libraries do not count.
  void add_folder(const BundlePath& folder, const std::set<std::string>& events) {
    if (folder.is_root()) return;
    std::vector<BundlePath> inside;
    const BundlePath* smallest = nullptr;
    ByteSize sum;
    for (const auto& [path, node] : staged_.below(folder)) {
      const auto ending = path.extension();
      if (ending == ".py" || ending == ".pyc" || ending == ".so") continue;
      const auto size = unzipped_size(node);
      if (smallest == nullptr || size < unzipped_size(*staged_.find(*smallest))) smallest = &path;
      if (path.parent() != folder) continue;
      inside.push_back(path);
      sum += size;
    }
    if ((sum > most_for_a_folder || inside.empty()) && smallest != nullptr) inside = {*smallest};
    for (const auto& path : inside) add_file(path, events);
  }

  RepairedFiles take() { return std::move(found_); }
  bool empty() const { return found_.empty(); }

 private:
  void add_file(const BundlePath& path, const std::set<std::string>& events) {
    const auto& decision = trial_.bundle.decisions.at(path);
    if (decision.verdict != Verdict::drop || decision.reason.stage != "prune") return;
    found_.emplace(path, RepairedFile{name_events(events), text_of(decision.reason)});
  }

  const FileSet& staged_;
  const Trial& trial_;
  RepairedFiles found_;
};

class Search {
 public:
  Search(const RepairInputs& inputs, const Failures& failures) : inputs_(inputs), trials_(inputs, failures) {}

  // Keeps what is missing, round by round. False if that is not enough; `repair` then has what was found.
  bool keep_what_is_missing(Repair& repair) {
    for (int round = 0; round < most_rounds; ++round) {
      const auto trial = trials_.run(repair, true);
      if (trial.passes()) return true;
      auto missing = asked_but_missing(trial);
      if (missing.empty() || round >= rounds_of_patience) missing.merge(used_unshrunk(trial));
      if (missing.empty()) return false;
      for (const auto& [path, file] : missing)
        log_detail(format("repair: {} failed without {}", file.events, path.bytes()));
      repair.kept.merge(missing);
    }
    return false;
  }

  // Finds the change of a file that is the cause, beside what `from` already repairs, and adds it to `from`.
  // False if there are no changes, or if undoing all of them does not help. If changes from both halves are
  // needed, all that are left are undone.
  bool undo_a_change(Repair& from) {
    auto changes = changes_of(trials_.run(from, true));
    const auto with_these = [&](const auto& begin, const auto& end) {
      auto repair = from;
      for (auto at = begin; at != end; ++at) repair.untouched.insert(at->begin(), at->end());
      return repair;
    };
    const auto passes = [&](const auto& begin, const auto& end) {
      return trials_.run(with_these(begin, end), false).passes();
    };
    if (changes.empty() || !passes(changes.begin(), changes.end())) return false;
    while (changes.size() > 1) {
      const auto middle = changes.begin() + static_cast<std::ptrdiff_t>(changes.size() / 2);
      if (passes(changes.begin(), middle)) {
        changes.erase(middle, changes.end());
      } else if (passes(middle, changes.end())) {
        changes.erase(changes.begin(), middle);
      } else {
        break;  // changes from both halves are needed
      }
    }
    from = with_these(changes.begin(), changes.end());
    return true;
  }

 private:
  // Files whose change can only be undone together.
  using Change = RepairedFiles;

  RepairedFiles asked_but_missing(const Trial& trial) const {
    const auto failing = trial.failing();
    Missing missing(inputs_.tree.files, trial);
    for (const auto& [path, kinds] : trial.evidence) {
      const auto events = kinds.find(AccessKind::missing);
      if (events == kinds.end()) continue;
      std::set<std::string> among;
      std::ranges::set_intersection(events->second, failing, std::inserter(among, among.end()));
      if (!among.empty()) missing.add(path, among);
    }
    for (const auto& verdict : trial.verdicts) {
      if (verdict.match()) continue;
      for (const auto& finding : dropped_asked_for({verdict})) {
        if (const auto path = BundlePath::parse(finding.path)) missing.add(*path, {verdict.event});
      }
    }
    return missing.take();
  }

  // All files that the events used on the unshrunk tree, according to traced runs there.
  RepairedFiles used_unshrunk(const Trial& trial) const {
    Missing missing(inputs_.tree.files, trial);
    for (const auto& [event, accesses] : trials_.accesses_unshrunk(trial.failing())) {
      const auto evidence = evidence_of_tree(inputs_.tree.files, accesses);
      for (const auto& [path, how] : evidence.used) missing.add(path, {event});
      for (const auto& [folder, how] : evidence.listed) missing.add_folder(folder, {event});
    }
    return missing.take();
  }

  // What the stages changed in files of the bundle, and the sources that events looked for and did not find.
  std::vector<Change> changes_of(const Trial& trial) const {
    const auto events = name_events(trial.failing());
    std::vector<Change> shared, written, sources;
    for (const auto& [path, decision] : trial.bundle.decisions) {
      const auto& stage = decision.reason.stage;
      Change change{{path, {events, text_of(decision.reason)}}};
      if (decision.verdict == Verdict::replace && stage == "dedupe") {
        // The replacing file must stay untouched too. Otherwise dedupe could replace it by this one.
        if (const auto other = trial.bundle.files.follow(path))
          change.emplace(*other, RepairedFile{events, format("it replaced {}", path.bytes())});
        shared.push_back(std::move(change));
      } else if (decision.verdict == Verdict::replace && stage == "strip") {
        written.push_back(std::move(change));
      } else if (decision.verdict == Verdict::drop && stage == "bytecode") {
        const auto kinds = trial.evidence.find(path);
        const bool was_asked_for =
            kinds != trial.evidence.end() && kinds->second.contains(AccessKind::missing);
        if (was_asked_for) sources.push_back(std::move(change));
      }
    }
    std::ranges::move(written, std::back_inserter(shared));
    std::ranges::move(sources, std::back_inserter(shared));
    return shared;
  }

  const RepairInputs& inputs_;
  Trials trials_;
};

std::string quoted_glob(const std::string& path) {
  return to_line(Json(exact_glob(path)));
}

// `key = ["a.py", "b/**"]`: each path, or their top folders if there are many paths.
std::string line_for(const char* key, const std::vector<BundlePath>& paths) {
  std::set<std::string> globs;
  for (const auto& path : paths) globs.insert(quoted_glob(path.bytes()));
  if (globs.size() > globs_in_a_hint) {
    globs.clear();
    for (const auto& path : paths) {
      const auto& bytes = path.bytes();
      const auto slash = bytes.find('/');
      globs.insert(quoted_glob(bytes.substr(0, slash)));
      if (slash == std::string::npos) continue;
      globs.erase(quoted_glob(bytes.substr(0, slash)));
      globs.insert("\"" + bytes.substr(0, slash) + "/**\"");
    }
  }
  std::string list;
  for (const auto& glob : globs) list += (list.empty() ? "" : ", ") + glob;
  return format("{} = [{}]", key, list);
}

// Adds one finding for all files with the same events and reason.
void report(const RepairedFiles& files, const char* fate, const char* key, const char* table,
            Findings& findings) {
  std::map<std::pair<std::string, std::string>, std::vector<BundlePath>> alike;
  for (const auto& [path, file] : files) alike[{file.events, file.was}].push_back(path);
  for (const auto& [events_and_reason, paths] : alike) {
    const auto& [events, was] = events_and_reason;
    const auto more = paths.size() == 1 ? "" : format(" and {} more", paths.size() - 1);
    findings.push_back(
        {Severity::warning, "repaired", paths.front().bytes(),
         format("{} failed {}{} ({})", events, fate, more, was),
         format("to do this from the start, write under [{}]: {}", table, line_for(key, paths))});
  }
}

}  // namespace

std::optional<Repair> find_repair(const RepairInputs& inputs, const Repair& so_far,
                                  const Failures& failures) {
  Search search(inputs, failures);
  auto repair = so_far;
  if (search.keep_what_is_missing(repair)) return repair;
  auto undone = so_far;
  if (search.undo_a_change(undone)) return undone;
  if (repair != so_far && search.undo_a_change(repair)) return repair;
  return std::nullopt;
}

Findings repair_findings(const Repair& repair, bool gave_up) {
  Findings findings;
  if (gave_up) {
    findings.push_back({Severity::note, "not-repaired", "",
                        "no dropped, shared or rewritten file explains the answers that differ",
                        "`ignore` in [[event]] leaves out parts that differ from run to run; "
                        "`--level none --keep '**'` shows whether the whole tree gives the same answers"});
  }
  report(repair.kept, "without it, and it is kept", "keep", "prune", findings);
  report(repair.untouched, "until it stayed as it was", "untouched", "shrink", findings);
  return findings;
}

}  // namespace lbundle
