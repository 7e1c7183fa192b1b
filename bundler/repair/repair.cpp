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
// one half of them is undone, and so on, until one change is found to be the cause. If changes from both
// halves are needed, each half is searched while the other is undone.
//
// Code that lists its own folder and takes names with `.py` finds nothing if sources became bytecode, and
// asks for nothing. So the sources of each folder that the failing run listed count as a change too. They are
// tried last, because Python itself lists the folder of each package that it imports.
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

#include "model/module_forms.hpp"
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
// A search among changes makes no more trials than this. What is left then is undone together.
constexpr int most_trials_of_changes = 40;

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
    auto target = staged_.follow(asked, &crossed);
    for (const auto& link : crossed) add_file(link, events);
    // The bundle's name of a module's bytecode means the module.
    if (!target || (!staged_.contains(*target) && !staged_.has_folder(*target)))
      target = source_of_module(asked);
    if (!target) return;
    if (staged_.contains(*target)) {
      add_file(*target, events);
    } else {
      add_folder(*target, events);
    }
  }

  // Adds the files directly in a folder that is listed or opened. If there are none, it adds the smallest
  // file anywhere below. Python files and libraries do not count.
  void add_folder(const BundlePath& folder, const std::set<std::string>& events) {
    if (folder.is_root()) return;
    std::vector<BundlePath> inside;
    const BundlePath* smallest = nullptr;
    for (const auto& [path, node] : staged_.below(folder)) {
      if (is_module(path)) continue;
      const auto size = unzipped_size(node);
      if (smallest == nullptr || size < unzipped_size(*staged_.find(*smallest))) smallest = &path;
      if (path.parent() == folder) inside.push_back(path);
    }
    if (inside.empty() && smallest != nullptr) inside = {*smallest};
    for (const auto& path : inside) add_file(path, events);
  }

  bool has_modules(const BundlePath& folder) const {
    return std::ranges::any_of(staged_.below(folder), [&](const auto& entry) {
      return entry.first.parent() == folder && is_module(entry.first);
    });
  }

  RepairedFiles take() { return std::move(found_); }
  bool empty() const { return found_.empty(); }

 private:
  void add_file(const BundlePath& asked, const std::set<std::string>& events) {
    const auto source = source_of_module(asked);
    const auto& path = source && staged_.contains(*source) ? *source : asked;
    const auto& decision = trial_.bundle.decisions.at(path);
    if (decision.verdict != Verdict::drop || decision.reason.stage != "prune") return;
    found_.emplace(path, RepairedFile{name_events(events), text_of(decision.reason)});
  }

  static bool is_module(const BundlePath& path) {
    const auto ending = path.extension();
    return ending == ".py" || ending == ".pyc" || ending == ".so";
  }

  const FileSet& staged_;
  const Trial& trial_;
  RepairedFiles found_;
};

class Search {
 public:
  Search(const RepairInputs& inputs, const Failures& failures) : inputs_(inputs), trials_(inputs, failures) {}

  // Which listed folders stand for their files, if all that an event used is kept. Python itself lists the
  // folders of packages.
  enum class Listings { without_modules, all };

  // Keeps what is missing, round by round. False if that is not enough; `repair` then has what was found.
  bool keep_what_is_missing(Repair& repair, Listings listings) {
    for (int round = 0; round < most_rounds; ++round) {
      const auto trial = trials_.run(repair, true);
      if (trial.passes()) return true;
      auto missing = asked_but_missing(trial);
      if (missing.empty() || round >= rounds_of_patience) missing.merge(used_unshrunk(trial, listings));
      if (missing.empty()) return false;
      for (const auto& [path, file] : missing)
        log_detail(format("repair: {} failed without {}", file.events, path.bytes()));
      repair.kept.merge(missing);
    }
    return false;
  }

  // Finds the changes of files that are the cause, beside what `from` already repairs, and adds them to
  // `from`. False if there are no changes, or if undoing all of them does not help.
  bool undo_changes(Repair& from) {
    const auto trial = trials_.run(from, true);
    const auto few = changes_of(trial, Sources::asked_for);
    if (undo_some_of(few, from)) return true;
    // Python lists the folder of each package that it imports, so these are many more.
    const auto many = changes_of(trial, Sources::in_listed_folders);
    return many != few && undo_some_of(many, from);
  }

 private:
  // Files whose change can only be undone together.
  using Change = RepairedFiles;

  // Which sources that became bytecode count as changes.
  enum class Sources { asked_for, in_listed_folders };

  bool undo_some_of(const std::vector<Change>& changes, Repair& from) {
    if (changes.empty() || !trials_.run(with_undone(from, changes), false).passes()) return false;
    trials_left_ = most_trials_of_changes;
    from = with_undone(from, needed_of(changes, from));
    return true;
  }

  static Repair with_undone(Repair repair, const std::vector<Change>& changes) {
    for (const auto& change : changes) repair.untouched.insert(change.begin(), change.end());
    return repair;
  }

  // Returns those of `changes` that have to be undone beside `repair`. To undo all of them is enough. If
  // changes from both halves are needed, each half is searched while those of the other are undone.
  std::vector<Change> needed_of(const std::vector<Change>& changes, const Repair& repair) {
    if (changes.size() == 1) return changes;
    const auto middle = changes.begin() + static_cast<std::ptrdiff_t>(changes.size() / 2);
    const std::vector<Change> first(changes.begin(), middle), second(middle, changes.end());
    for (const auto& half : {first, second}) {
      if (trials_left_ == 0) return changes;
      --trials_left_;
      if (trials_.run(with_undone(repair, half), false).passes()) return needed_of(half, repair);
    }
    auto needed = needed_of(first, with_undone(repair, second));
    std::ranges::move(needed_of(second, with_undone(repair, needed)), std::back_inserter(needed));
    return needed;
  }

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
  RepairedFiles used_unshrunk(const Trial& trial, Listings listings) const {
    Missing missing(inputs_.tree.files, trial);
    for (const auto& [event, accesses] : trials_.accesses_unshrunk(trial.failing())) {
      const auto evidence = evidence_of_tree(inputs_.tree.files, accesses);
      for (const auto& [path, how] : evidence.used) missing.add(path, {event});
      for (const auto& [path, how] : evidence.glanced) missing.add(path, {event});
      for (const auto& [folder, how] : evidence.listed)
        if (listings == Listings::all || !missing.has_modules(folder)) missing.add_folder(folder, {event});
    }
    return missing.take();
  }

  // What the stages changed in files of the bundle, and sources: those that events looked for and did not
  // find, or all in folders that events listed. The sources of a listed folder are one change, because code
  // that lists names needs all of them.
  std::vector<Change> changes_of(const Trial& trial, Sources which) const {
    const auto events = name_events(trial.failing());
    const auto was = [&](const BundlePath& path, AccessKind kind) {
      const auto kinds = trial.evidence.find(path);
      return kinds != trial.evidence.end() && kinds->second.contains(kind);
    };
    std::vector<Change> shared, written, sources;
    std::map<BundlePath, Change> listed;  // sources by folder
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
        if (which == Sources::in_listed_folders && was(path.parent(), AccessKind::listed)) {
          listed[path.parent()].merge(change);
        } else if (was(path, AccessKind::missing)) {
          sources.push_back(std::move(change));
        }
      }
    }
    std::ranges::move(written, std::back_inserter(shared));
    std::ranges::move(sources, std::back_inserter(shared));
    for (auto& [folder, change] : listed) shared.push_back(std::move(change));
    return shared;
  }

  const RepairInputs& inputs_;
  Trials trials_;
  int trials_left_ = 0;  // of one search among changes
};

}  // namespace

std::optional<Repair> find_repair(const RepairInputs& inputs, const Repair& so_far,
                                  const Failures& failures) {
  using Listings = Search::Listings;
  Search search(inputs, failures);
  auto repair = so_far;
  if (search.keep_what_is_missing(repair, Listings::without_modules)) return repair;
  auto undone = so_far;
  if (search.undo_changes(undone)) return undone;
  if (repair != so_far && search.undo_changes(repair)) return repair;
  auto more = repair;
  if (search.keep_what_is_missing(more, Listings::all)) return more;
  if (more != repair && search.undo_changes(more)) return more;
  return std::nullopt;
}

}  // namespace lbundle
