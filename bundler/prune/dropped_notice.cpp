// The problem: what no event used is dropped, and one day production asks for it. Then an exception tells a
// module's name at best, and code that expects it to be absent falls back without a word. Nobody thinks of
// the bundle.
//
// The idea: the bundle carries a table of what was dropped and why, and a small module that looks into it
// where something is not found: last in sys.meta_path, which Python asks only when all others had nothing,
// and around open(), where it failed. It prints one line for each path and leaves the exception alone.
//
// How it gets loaded: Lambda has no place for that. Its bootstrap puts /var/task on the path itself, after
// `site` has run, so neither sitecustomize nor .pth files of ours are read; an exec wrapper would be a
// setting of the function. So the first module that the handler's import runs is compiled with one call more,
// in front of its first statement and behind its docstring and `from __future__`: no line moves, no name is
// added.
//
// Tried and rejected: a wrapper in the place of the handler's module (its __file__, its name in pickles, and
// the identity of the handler change); an audit hook on `open` (measured: copy.deepcopy takes twice the time,
// as every id() raises an event); wrapping the handler function (sees only what is not caught, and lengthens
// each stack).
//
// What is listed fails nothing, it only gives less: so a folder from which files were dropped is told when
// os.listdir or os.scandir show it, and a distribution with entry points when their group is asked for. The
// root is not told so, since whoever looks for a distribution lists it.
//
// What it cannot see: files that native code opens by itself, and existence checks. A caught
// ImportError is told as well: where all that events did is in the bundle, it means a path that none took.

#include "prune/dropped_notice.hpp"

#include <algorithm>
#include <set>
#include <vector>

#include "model/text.hpp"
#include "python/bytecode.hpp"
#include "python/entry_hook.hpp"
#include "python/entry_points.hpp"
#include "python/module_index.hpp"

namespace lbundle {

namespace {

constexpr const char* notice_name = "_lbundle_dropped";

// What code could ask for: not bytecode, which goes with its source, nor what is there under another name.
bool is_told(const BundlePath& path, const Decision& decision) {
  return decision.verdict == Verdict::drop && decision.reason.stage == "prune" &&
         path.extension() != ".pyc" && path.bytes().find_first_of("\t\n") == std::string::npos;
}

// "no event used it", with the rule's place where one decided.
std::string told_reason(const Reason& reason) {
  auto text = reason.rule.empty() ? reason.text : format("{}; {}", reason.text, reason.rule);
  std::ranges::replace_if(
      text, [](char c) { return c == '\t' || c == '\n'; }, ' ');
  return text;
}

// The first parts of the names of all modules that were dropped, as a Python expression.
std::string dropped_tops(const Decisions& decisions) {
  std::set<std::string> tops;
  for (const auto& [path, decision] : decisions) {
    if (!is_told(path, decision)) continue;
    const auto name = ModuleIndex::name_of(path);
    if (!name.empty()) tops.insert(name.substr(0, name.find('.')));
  }
  std::string text = "frozenset((";
  for (const auto& top : tops) text += format("\"{}\", ", top);
  return text + "))";
}

// "@group<TAB>path" for each group of the entry points that were dropped, but for those of scripts, which
// nobody looks for in a function.
std::string dropped_entry_points(const Decisions& decisions, const FileSet& staged) {
  std::string lines;
  for (const auto& [path, decision] : decisions) {
    if (!is_told(path, decision) || path.name() != "entry_points.txt") continue;
    const auto* file = staged.find_file(path);
    if (file == nullptr) continue;
    const auto bytes = read_content(file->content);
    std::set<std::string> groups;
    for (const auto& point : entry_points_in(as_text(bytes))) groups.insert(point.group);
    for (const auto& group : groups) lines += format("@{}\t{}\n", group, path.bytes());
  }
  return lines;
}

// Where the first module lies in the bundle, and what of the hook takes its place.
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
  for (const auto& [path, decision] : decisions) {
    if (!is_told(path, decision)) continue;
    const auto reason = told_reason(decision.reason);
    const auto [number, is_new] = numbers.emplace(reason, numbers.size());
    if (is_new) reasons += format("={}\t{}\n", number->second, reason);
    paths += format("{}\t{}\n", path.bytes(), number->second);
  }
  return reasons + paths;
}

Bundle add_dropped_notice(Bundle bundle, const FileSet& staged, const std::string& handler,
                          const Interpreter& interpreter, const Store& store) {
  const auto paths = dropped_table(bundle.decisions);
  const auto entry = first_module_of(handler, staged);
  if (paths.empty() || !entry) return bundle;
  const auto table = dropped_entry_points(bundle.decisions, staged) + paths;
  const auto source = format("{}install({})\n", dropped_notice_source(), dropped_tops(bundle.decisions));
  const auto hook = hook_entry(staged, *entry, notice_name, source, interpreter, store);
  if (!hook) return bundle;
  const auto [place, content] = place_of(*entry, bundle.files, *hook);
  if (!bundle.files.contains(place)) return bundle;
  replace_file(bundle, place, place, RegularFile{*content},
               {"bytecode", "loads what tells of dropped files in the log", ""});
  bundle.files.put(BundlePath(std::string(notice_name) + ".pyc"), RegularFile{hook->hook_bytecode});
  bundle.files.put(BundlePath(std::string(notice_name) + ".txt"),
                   RegularFile{store.put_content(as_bytes(table))});
  return bundle;
}

}  // namespace lbundle
