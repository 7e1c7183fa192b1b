// The problem: a fifth of a wheel's libraries is never loaded: section headers, symbol tables for linkers and
// debuggers, and holes that patchelf left. The tools that remove these parts break some libraries, and which
// ones they break is only seen at run time.
//
// The idea: do not edit a library. Write a new one from its loaded segments. Other code compares both as a
// loader sees them. If there is any difference, the original is kept. The same bytes give the same result, so
// results and refusals are remembered by content.
//
// Rejected: GNU strip, llvm-strip and objcopy, each with a fallback to the original. They leave more and
// break more, and no comparison finds every such break. Also rejected: to remove from every library what no
// other file imports, because dlsym and ctypes look functions up by names that are in no table. Only a
// library that is private to one package loses such code (elf/unreachable.hpp), if rules/libraries.toml says
// so.

#include "native/strip.hpp"

#include <algorithm>

#include "elf/elf_file.hpp"
#include "elf/relayout.hpp"
#include "elf/second_reader.hpp"
#include "elf/unreachable.hpp"
#include "json/json.hpp"
#include "model/text.hpp"
#include "native/native_facts.hpp"
#include "native/wanted_functions.hpp"
#include "os/atomic_file.hpp"
#include "os/digest_of.hpp"
#include "os/parallel.hpp"

namespace lbundle {

namespace {

// Raise it with each change of what elf::relayout writes or refuses.
constexpr int relayout_form = 4;

struct Outcome {
  std::optional<Content> content;  // the smaller file
  std::string reason;              // why there is none
  ByteSize unreached;              // size of the removed code that nothing can call
};

Digest cache_key(const Digest& content, const elf::Wanted* wanted) {
  KeyBuilder key;
  key.add("relayout").add(std::to_string(relayout_form)).add(content);
  if (wanted != nullptr) {
    for (const std::string& name : wanted->names) key.add(name);
    for (const auto& [name, other] : wanted->stands_for) key.add(format("{}={}", name, other));
  }
  return key.key();
}

Bytes to_cache(const Outcome& outcome) {
  Json json{{"reason", outcome.reason}, {"unreached", outcome.unreached.bytes()}};
  if (outcome.content) {
    json["path"] = outcome.content->path.string();
    json["size"] = outcome.content->size.bytes();
    json["digest"] = to_hex(outcome.content->digest);
    json["compressed"] = outcome.content->compressed;
  }
  const std::string line = to_line(json);
  return {line.begin(), line.end()};
}

// Nothing if the entry is damaged, or if the content that it names is gone.
std::optional<Outcome> from_cache(ByteView bytes) {
  const Json json = Json::parse(as_text(bytes), nullptr, false);
  if (!json.is_object()) return std::nullopt;
  Outcome outcome{std::nullopt, json.value("reason", ""),
                  ByteSize(json.value("unreached", std::uint64_t{0}))};
  if (!json.contains("path")) return outcome;
  const auto digest = digest_from_hex(json.value("digest", ""));
  const HostPath path = json.value("path", "");
  boost::system::error_code failure;
  if (!digest || !fs::exists(path, failure)) return std::nullopt;
  outcome.content =
      Content{path, ByteSize(json.value("size", std::uint64_t{0})), *digest, json.value("compressed", false)};
  return outcome;
}

// The library without the code that nothing can call; nothing if all of its code must stay.
std::optional<Outcome> without_unreached(const Bytes& original, const elf::Wanted& wanted,
                                         const Store& store) {
  const elf::Unreachable found = elf::find_unreachable(original, wanted);
  if (found.ranges.empty()) return std::nullopt;
  const elf::Relayout relaid = elf::relayout(found.file, found.ranges);
  if (!relaid.bytes || elf::fault_of_relayout(found.file, *relaid.bytes, found.ranges)) return std::nullopt;
  std::uint64_t unreached = 0;
  for (const elf::AddressRange& range : found.ranges) unreached += range.end - range.start;
  return Outcome{store.put_content(*relaid.bytes), {}, ByteSize(unreached)};
}

Outcome rewritten(const Bytes& original, const elf::Wanted* wanted, const Store& store) {
  if (wanted != nullptr) {
    if (auto outcome = without_unreached(original, *wanted, store)) return std::move(*outcome);
  }
  elf::Relayout relaid = elf::relayout(original);
  if (!relaid.bytes) return {std::nullopt, std::move(relaid.reason), {}};
  if (const auto fault = elf::fault_of_relayout(original, *relaid.bytes)) {
    return {std::nullopt, format("the rewritten file would differ: {}", *fault), {}};
  }
  return {store.put_content(*relaid.bytes), {}, {}};
}

Outcome outcome_of(const Content& content, const elf::Wanted* wanted, const Store& store) {
  const Digest key = cache_key(content.digest, wanted);
  if (const auto cached = store.find("relayout", key)) {
    if (auto outcome = from_cache(*cached)) return std::move(*outcome);
  }
  try {
    Outcome outcome = rewritten(read_content(content), wanted, store);
    store.put("relayout", key, to_cache(outcome));
    return outcome;
  } catch (const elf::NotJudged& why) {
    return {std::nullopt, why.what(), {}};  // not stored: the next build tries again
  }
}

void keep_for_debugger(const BundlePath& path, const Content& content, const HostPath& folder) {
  const Bytes original = read_content(content);
  const auto facts = elf::read_elf(original);
  if (!facts || facts->debug_bytes + facts->symtab_bytes == 0) return;
  const HostPath place = facts->build_id.size() > 2 ? HostPath(".build-id") / facts->build_id.substr(0, 2) /
                                                          (facts->build_id.substr(2) + ".debug")
                                                    : HostPath(path.bytes() + ".debug");
  write_file(folder / place, original);
}

std::string reason_for(const Content& original, const Outcome& outcome) {
  const ByteSize saved(original.size.bytes() - outcome.content->size.bytes());
  if (outcome.unreached == ByteSize{})
    return format("rewritten without {} that no loader maps", to_text(saved));
  return format(
      "rewritten without {}: {} of code that nothing in the bundle can call, and what no loader maps",
      to_text(saved), to_text(outcome.unreached));
}

}  // namespace

Bundle strip(Bundle bundle, const StripOptions& options) {
  struct Task {
    BundlePath path;
    RegularFile file;
    Outcome outcome;
  };
  std::map<BundlePath, elf::Wanted> wanted;
  if (options.only_reached_functions) {
    const auto facts = read_native_facts(bundle.files, options.store, options.jobs);
    wanted = wanted_functions(bundle.files, facts, options.store, options.jobs);
  }
  std::vector<Task> tasks;
  for (const BundlePath& path : native_files(bundle.files))
    if (!options.untouched.contains(path)) tasks.push_back({path, *bundle.files.find_file(path), {}});
  std::stable_sort(tasks.begin(), tasks.end(),
                   [](const Task& a, const Task& b) { return a.file.content.size > b.file.content.size; });
  parallel_for(tasks.size(), options.jobs, [&](std::size_t i) {
    Task& task = tasks[i];
    const auto private_one = wanted.find(task.path);
    task.outcome = outcome_of(task.file.content, private_one == wanted.end() ? nullptr : &private_one->second,
                              options.store);
    if (task.outcome.content && !options.debug_files.empty()) {
      keep_for_debugger(task.path, task.file.content, options.debug_files);
    }
  });
  std::sort(tasks.begin(), tasks.end(), [](const Task& a, const Task& b) { return a.path < b.path; });
  for (Task& task : tasks) {
    if (task.outcome.content) {
      replace_file(bundle, task.path, task.path, RegularFile{*task.outcome.content, task.file.executable},
                   {"strip", reason_for(task.file.content, task.outcome), {}});
    } else if (task.outcome.reason != elf::nothing_to_take) {
      bundle.findings.push_back({Severity::note,
                                 "native-kept",
                                 task.path.bytes(),
                                 format("stays as it was: {}", task.outcome.reason),
                                 {}});
    }
  }
  return bundle;
}

}  // namespace lbundle
