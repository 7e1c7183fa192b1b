// The problem: files that no event used are dropped, and one day production asks for one of them. At best the
// exception names a module. Code that expects the file to be optional silently does something else. Nobody
// suspects the bundle.
//
// The idea: the bundle carries a table of what was dropped and why, and a small module that searches this
// table when something is not found. The module is last in sys.meta_path, which Python asks only if all other
// finders found nothing. It stands in place of open(), os.stat() and others, and looks only at calls that
// fail below the task root. It prints one line for each path. The exception stays the same, and from
// Python 3.11 on the stack too, because a bare `raise` adds no frame.
//
// How it gets loaded: Lambda offers no hook. Its bootstrap itself puts /var/task on the path, after `site`
// has run, so Python reads neither a sitecustomize nor a .pth file of ours. An exec wrapper would be a
// setting of the function. So the first module that the import of the handler runs is compiled with one
// additional call. The call is before its first statement and after its docstring and `from __future__`
// imports: no line number changes, and no name is added.
//
// Tried and rejected: a wrapper in place of the handler's module (its __file__, its name in pickles and the
// identity of the handler change); an audit hook on `open` (measured: copy.deepcopy takes twice as long,
// because every id() raises an event); a wrapper around the handler function (it sees only uncaught
// exceptions, and it makes each stack longer).
//
// Listing a folder does not fail if files were dropped from it; the list is only shorter. So a folder from
// which files were dropped is reported when os.listdir or os.scandir list it, and a distribution with entry
// points is reported when their group is asked for. The root is not reported, because every search for a
// distribution lists it.
//
// Sources become bytecode, and code that lists its own folder may look for names with `.py`. Such a listing,
// and a look at a source by its name, is reported with the line that brings sources back ([shrink]
// untouched): a `keep` alone does not. pkgutil finds bytecode, and linecache only shows lines, so these do
// not count.
//
// A forked child has all of this. A child that multiprocessing starts as a new interpreter loads the module
// when it unpickles its preparation data, before its own target. A child that the function starts by itself
// as another program (subprocess) loads nothing: Python reads no file of ours when it starts.
//
// What it cannot see: files that native code opens or looks at by itself, except a library that ctypes does
// not find. A caught ImportError is reported too: the bundle holds everything that the events used, so a
// failed import means that the code took a path that no event took.

#include "prune/dropped_notice.hpp"

#include <algorithm>
#include <set>
#include <vector>

#include "model/module_forms.hpp"
#include "model/text.hpp"
#include "project/own_file_rules.hpp"
#include "python/entry_hook.hpp"
#include "python/entry_points.hpp"
#include "python_reach/module_index.hpp"

namespace lbundle {

namespace {

constexpr const char* notice_name = "_lbundle_dropped";

// True if code could ask for the path. Bytecode is left out if it belongs to a source, and so are files that
// are in the bundle under another name.
bool is_listed(const Decisions& decisions, const BundlePath& path, const Decision& decision) {
  const auto source = source_of_module(path);
  return decision.verdict == Verdict::drop && decision.reason.stage == "prune" &&
         !(source && decisions.contains(*source)) && path.bytes().find_first_of("\t\n") == std::string::npos;
}

// For example "no event used it", followed by the rule's place if a rule decided.
std::string reason_text(const Reason& reason) {
  auto text = reason.rule.empty() ? reason.text : format("{}; {}", reason.text, reason.rule);
  std::ranges::replace_if(
      text, [](char c) { return c == '\t' || c == '\n'; }, ' ');
  return text;
}

// The top-level names of all dropped modules, in order.
std::vector<std::string> dropped_tops(const Decisions& decisions) {
  std::set<std::string> tops;
  for (const auto& [path, decision] : decisions) {
    if (!is_listed(decisions, path, decision)) continue;
    const auto name = ModuleIndex::name_of(path);
    if (!name.empty()) tops.insert(name.substr(0, name.find('.')));
  }
  return {tops.begin(), tops.end()};
}

// "@group<TAB>path" for each group of the dropped entry points. Groups of scripts are left out, because a
// function does not look for scripts.
std::string dropped_entry_points(const Decisions& decisions, const FileSet& staged) {
  std::string lines;
  for (const auto& [path, decision] : decisions) {
    if (!is_listed(decisions, path, decision) || path.name() != "entry_points.txt") continue;
    const auto* file = staged.find_file(path);
    if (file == nullptr) continue;
    const auto bytes = read_content(file->content);
    std::set<std::string> groups;
    for (const auto& point : entry_points_in(as_text(bytes))) groups.insert(point.group);
    for (const auto& group : groups) lines += format("@{}\t{}\n", group, path.bytes());
  }
  return lines;
}

// "!path<TAB>" for each kept module that came as bytecode alone. So code that lists its folder is not told
// that lbundle took the source.
std::string modules_without_source(const Decisions& decisions) {
  std::string lines;
  for (const auto& [path, decision] : decisions) {
    const auto source = source_of_module(path);
    if (source && decision.verdict == Verdict::keep && !decisions.contains(*source) &&
        path.bytes().find_first_of("\t\n") == std::string::npos)
      lines += format("!{}\t\n", path.bytes());
  }
  return lines;
}

// The path of the first module in the bundle, and the part of the hook that replaces its content.
struct Place {
  BundlePath path;
  const Content* content;
};

Place place_of(const BundlePath& entry, const FileSet& files, const EntryHook& hook) {
  const BundlePath sourceless(entry.bytes() + "c");
  if (files.contains(sourceless)) return {sourceless, &hook.entry_bytecode};
  for (const auto& [path, node] : files.below(entry.parent() / "__pycache__"))
    if (source_of_bytecode(path) == entry) return {path, &hook.entry_bytecode};
  return {entry, &hook.entry_source};
}

}  // namespace

std::string dropped_table(const Decisions& decisions) {
  std::map<std::string, std::size_t> numbers;
  std::string reasons, paths;
  bool others = false;  // than those that rules/own-files.toml drops
  for (const auto& [path, decision] : decisions) {
    if (!is_listed(decisions, path, decision)) continue;
    others = others || !decision.reason.rule.starts_with(own_file_rules_path);
    const auto reason = reason_text(decision.reason);
    const auto [number, is_new] = numbers.emplace(reason, numbers.size());
    if (is_new) reasons += format("={}\t{}\n", number->second, reason);
    paths += format("{}\t{}\n", path.bytes(), number->second);
  }
  return others ? reasons + paths : std::string();
}

Bundle add_dropped_notice(Bundle bundle, const FileSet& staged, const std::string& handler,
                          const Interpreter& interpreter, const Store& store) {
  const auto paths = dropped_table(bundle.decisions);
  const auto entry = first_module_of(handler, staged);
  if (paths.empty() || !entry) return bundle;
  const auto table =
      dropped_entry_points(bundle.decisions, staged) + modules_without_source(bundle.decisions) + paths;
  const auto hook = hook_entry(staged, *entry, notice_name, dropped_notice_source(),
                               dropped_tops(bundle.decisions), interpreter, store);
  if (!hook) return bundle;
  const auto [place, content] = place_of(*entry, bundle.files, *hook);
  if (!bundle.files.contains(place)) return bundle;
  replace_file(bundle, place, place, RegularFile{*content},
               {"bytecode", "loads the notice that reports dropped files in the log", ""});
  bundle.files.put(BundlePath(std::string(notice_name) + ".pyc"), RegularFile{hook->hook_bytecode});
  bundle.files.put(BundlePath(std::string(notice_name) + ".txt"),
                   RegularFile{store.put_content(as_bytes(table))});
  return bundle;
}

}  // namespace lbundle
