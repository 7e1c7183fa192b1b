// The problem: evidence is collected where events can run. It is also needed where they cannot, later, with
// other releases of the packages or for another architecture. The idea: commit it under lasting names. Some
// names change from one release to the next. A library whose name has a hash of its content is written under
// its stem. So is an extension module whose name has interpreter and machine. A distribution's metadata is
// written without the version. All other names are written as they are. The names of the whole tree are
// committed too, so that a later build can say which files are new. Runs are left out, because it is chance
// what happens in the first and what in the second.
//
// Evidence belongs to one tree. As long as the tree is the same, the evidence of several traces is merged,
// because threads, hash seeds and machines make traces differ. If the tree changes, the next trace replaces
// the evidence. Otherwise a dependency that the handler no longer uses would stay for ever.
#include "runs/committed_evidence.hpp"

#include <algorithm>
#include <array>

#include "elf/sonames.hpp"
#include "evidence/access_log_file.hpp"
#include "model/lambda_paths.hpp"
#include "model/module_forms.hpp"
#include "model/text.hpp"
#include "os/atomic_file.hpp"
#include "os/bytes.hpp"
#include "os/log.hpp"
#include "report/build_report.hpp"
#include "report/escape.hpp"
#include "runs/run_key.hpp"

namespace lbundle {

namespace {

// True for the part of a name that follows an extension module's own name: cpython-311-x86_64-linux-gnu (PEP
// 3149), abi3 (PEP 384).
bool is_extension_tag(std::string_view text) {
  return text.starts_with("cpython-") || text == "abi3";
}

// numpy-1.26.4.dist-info/METADATA -> numpy.dist-info/METADATA. The version begins after the first "-",
// because a distribution's name has no "-" in such a folder's name (PyPA's "Recording installed projects").
BundlePath without_versions(const BundlePath& path) {
  static constexpr std::string_view ending = ".dist-info";
  if (path.is_root() || path.bytes().find(ending) == std::string::npos) return path;
  std::string name(path.name());
  if (const auto dash = name.find('-'); name.ends_with(ending) && dash != std::string::npos)
    name.replace(dash, std::string::npos, ending);
  return without_versions(path.parent()) / name;
}

LastingName lasting_name(const BundlePath& path, const std::set<std::string>& vendors) {
  const auto name = elf::parse_library_name(path.name(), vendors);
  const bool changes = !name.stem.empty() && (!name.hash.empty() || is_extension_tag(name.version));
  if (changes) return {without_versions(path.parent()) / name.stem, true};
  return {without_versions(path), false};
}

// The bytecode of a source is made by staging, so it is not committed: its source has the evidence. Bytecode
// that came without a source is what the package has.
bool is_made_here(const BundlePath& path, const FileSet& files) {
  const auto source = source_of_module(path);
  return source && files.contains(*source);
}

using NamesOfTree = std::map<LastingName, std::vector<BundlePath>>;

NamesOfTree names_of(const FileSet& files) {
  const auto vendors = elf::vendors_of(files);
  NamesOfTree names;
  for (const auto& [path, node] : files) names[lasting_name(path, vendors)].push_back(path);
  return names;
}

bool says_used(AccessKind kind) {
  static constexpr std::array absent = {AccessKind::missing, AccessKind::written, AccessKind::removed,
                                        AccessKind::renamed, AccessKind::connected};
  return std::ranges::find(absent, kind) == absent.end();
}

bool is_used(const CommittedLog& committed, const LastingName& name) {
  const auto seen = committed.seen.find(name);
  return seen != committed.seen.end() &&
         std::ranges::any_of(seen->second, [](const auto& kind) { return says_used(kind.first); });
}

// Returns the paths that have the committed name now.
std::vector<BundlePath> places_of(const LastingName& name, const NamesOfTree& names, const FileSet& files) {
  if (const auto found = names.find(name); found != names.end()) return found->second;
  if (const auto source = source_of_module(name.path); source && files.contains(*source)) return {*source};
  if (const auto metadata = names.find({name.path / "METADATA", false}); metadata != names.end())
    return {metadata->second.front().parent()};
  // It is a folder, or a file that an event looked for and did not find then. It has the same path now.
  return name.is_stem ? std::vector<BundlePath>{} : std::vector{name.path};
}

std::string named(const std::vector<std::string>& names) {
  static constexpr std::size_t most = 5;
  std::string text;
  for (std::size_t i = 0; i < std::min(most, names.size()); ++i)
    text += (i == 0 ? "" : ", ") + printable(names[i]);
  if (names.size() > most) text += format(" and {} more", names.size() - most);
  return text;
}

constexpr const char* way_out =
    "run `lbundle trace` where the events can run, and commit lbundle.access.jsonl; -v lists all of them";

void report_change(Findings& findings, const char* code, const std::vector<std::string>& names,
                   const std::string& message) {
  if (names.empty()) return;
  for (const auto& name : names) log_detail(format("{}: {}", code, printable(name)));
  findings.push_back({Severity::warning, code, names.front(), message + ": " + named(names), way_out});
}

std::string shown(const LastingName& name) {
  return name.is_stem ? name.path.bytes() + "*" : name.path.bytes();
}

Findings changes_of_tree(const CommittedLog& committed, const NamesOfTree& names, const FileSet& files) {
  std::vector<std::string> grown, lost, lost_in_use;
  for (const auto& [name, paths] : names) {
    if (!is_made_here(paths.front(), files) && !committed.files.contains(name)) grown.push_back(shown(name));
  }
  for (const auto& name : committed.files) {
    if (names.contains(name)) continue;
    (is_used(committed, name) ? lost_in_use : lost).push_back(shown(name));
  }
  Findings findings;
  report_change(findings, "tree-grew", grown,
                format("{} not in the access log", count_text(grown.size(), "file of the staged tree is",
                                                              "files of the staged tree are")));
  report_change(findings, "tree-lost-used", lost_in_use,
                format("{} in the access log as used by an event, and not in the staged tree now",
                       count_text(lost_in_use.size(), "file is", "files are")));
  report_change(findings, "tree-lost", lost,
                format("{} in the access log, and not in the staged tree now",
                       count_text(lost.size(), "file is", "files are")));
  return findings;
}

std::string digest_of_tree(const FileSet& files) {
  FileSet lasting;
  for (const auto& [path, node] : files) {
    if (!is_made_here(path, files)) lasting.put(path, node);
  }
  return to_hex(digest_of(lasting));
}

std::set<std::string> names_of_traced(const std::vector<Event>& events) {
  std::set<std::string> names;
  for (const auto& event : events) {
    if (!event.verify_only) names.insert(event.name);
  }
  return names;
}

// Returns `log` with only the accesses of `events`.
AccessLog of_events(AccessLog log, const std::set<std::string>& events) {
  std::erase_if(log.accesses, [&](const Access& access) { return !events.contains(access.event); });
  return log;
}

}  // namespace

CommittedLog to_committed(const AccessLog& log, const StagedTree& tree, const Function& function) {
  CommittedLog committed;
  committed.runtime = function.runtime.name;
  committed.architecture = to_text(function.architecture);
  committed.tree = digest_of_tree(tree.files);
  committed.method = log.method;
  const auto vendors = elf::vendors_of(tree.files);
  for (const auto& [path, kinds] : evidence_below(log, task_root)) {
    auto& seen = committed.seen[lasting_name(path, vendors)];
    for (const auto& [kind, events] : kinds) seen[kind].insert(events.begin(), events.end());
  }
  for (const auto& [path, node] : tree.files) {
    if (!is_made_here(path, tree.files)) committed.files.insert(lasting_name(path, vendors));
  }
  return committed;
}

RecalledEvidence recall(const CommittedLog& committed, const StagedTree& tree) {
  const auto names = names_of(tree.files);
  RecalledEvidence recalled;
  recalled.log.method = committed.method;
  recalled.log.method_reason = "from the committed access log";
  for (const auto& [name, kinds] : committed.seen) {
    for (const auto& place : places_of(name, names, tree.files)) {
      const auto path = format("{}/{}", task_root, place.bytes());
      for (const auto& [kind, events] : kinds) {
        for (const auto& event : events) recalled.log.accesses.insert({path, kind, event, 0});
      }
    }
  }
  recalled.findings = changes_of_tree(committed, names, tree.files);
  return recalled;
}

AccessLog merge_with_committed_log(AccessLog log, const StagedTree& tree, const Function& function,
                                   const std::vector<Event>& events, const HostPath& file) {
  auto now = to_committed(log, tree, function);
  std::string before;
  if (fs::exists(file)) {
    before = read_text_file(file);
    const auto committed = read_committed_log(file);
    if (committed.tree == now.tree && committed.runtime == now.runtime &&
        committed.architecture == now.architecture) {
      merge(log, of_events(recall(committed, tree).log, names_of_traced(events)));
      now = to_committed(log, tree, function);
    }
  }
  const auto text = committed_log_text(now);
  if (text != before) write_file(file, text);
  return log;
}

}  // namespace lbundle
