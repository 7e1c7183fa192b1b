// The problem: "why is this here?" and "who removed that?" are asked weeks after the build, by someone who
// has the zip and its manifest and no time for another run. The idea: the manifest has the verdict, the
// reason and the evidence of each file, so the answer is a look-up. The rest (the chain of libraries, what
// would change the verdict, the nearest names) follows from those. Tried and rejected: asking the stages
// again (needs the tree and a run), and answering only exact paths (people also ask with the name of a module
// or a folder).
#include "report/why_report.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <numeric>
#include <utility>

#include "model/lambda_paths.hpp"
#include "model/text.hpp"

namespace lbundle {

namespace {

constexpr std::size_t names_suggested = 3;

// The path in the form of the manifest; nothing if it is not a path inside a bundle.
std::optional<BundlePath> normalised(std::string path) {
  if (path.starts_with(task_prefix)) path.erase(0, task_prefix.size());
  return BundlePath::parse(path);
}

const std::pair<const BundlePath, ManifestFile>* staged_as(const Manifest& manifest, const BundlePath& path) {
  const auto found = manifest.files.find(path);
  return found == manifest.files.end() ? nullptr : &*found;
}

const std::pair<const BundlePath, ManifestFile>* bundled_at(const Manifest& manifest,
                                                            const BundlePath& path) {
  const auto found = std::ranges::find_if(manifest.files, [&](const auto& entry) {
    return entry.second.is_in_bundle() && entry.second.decision.becomes == path;
  });
  return found == manifest.files.end() ? nullptr : &*found;
}

// The file that `path` names. A file that is in the bundle comes before a file that was staged under this
// name and dropped.
const std::pair<const BundlePath, ManifestFile>* named_by(const Manifest& manifest, const BundlePath& path) {
  const auto* staged = staged_as(manifest, path);
  if (staged != nullptr && staged->second.is_in_bundle()) return staged;
  const auto* bundled = bundled_at(manifest, path);
  return bundled != nullptr ? bundled : staged;
}

// The places where Python would look for the module "a.b.c".
std::vector<BundlePath> module_files(const Manifest& manifest, std::string name) {
  if (name.find('/') != std::string::npos) return {};
  std::ranges::replace(name, '.', '/');
  const auto base = BundlePath::parse(name);
  if (!base || base->is_root()) return {};
  std::vector<BundlePath> files = {*base / "__init__.py", BundlePath(base->bytes() + ".py")};
  // Extension modules carry the interpreter's tag in their name: _warp.cpython-311-x86_64-linux-gnu.so.
  for (const auto& [path, file] : paths_beginning_with(manifest.files, BundlePath(base->bytes() + '.')))
    if (path.bytes().ends_with(".so")) files.push_back(path);
  return files;
}

std::vector<WhyEvidence> evidence_of(const ManifestFile& file) {
  std::vector<WhyEvidence> list;
  for (const auto& [kind, events] : file.evidence) {
    for (const auto& [event, runs] : events) list.push_back({to_text(kind), event, runs});
  }
  return list;
}

// The shortest way from `path` up to a file that no other file needs, such as the handler or a module that an
// event imported.
std::vector<std::string> chain_from(const Manifest& manifest, const BundlePath& path) {
  std::map<BundlePath, BundlePath> came_from;
  std::deque<BundlePath> queue = {path};
  while (!queue.empty()) {
    const auto current = queue.front();
    queue.pop_front();
    const auto found = manifest.files.find(current);
    const bool is_end = found == manifest.files.end() || found->second.needed_by.empty();
    if (is_end && current != path) {
      std::deque<std::string> chain;
      for (auto at = current; at != path; at = came_from.at(at)) chain.push_front(at.bytes());
      chain.push_front(path.bytes());
      return {chain.begin(), chain.end()};
    }
    if (is_end) continue;
    for (const auto& user : found->second.needed_by) {
      if (came_from.try_emplace(user, current).second) queue.push_back(user);
    }
  }
  return {};
}

// Says where the bytecode of a dropped source is.
std::vector<std::string> related_to(const Manifest& manifest, const BundlePath& path,
                                    const ManifestFile& file) {
  if (file.is_in_bundle() || path.extension() != ".py") return {};
  const auto bytecode = BundlePath(path.bytes() + "c");
  const auto* bundled = bundled_at(manifest, bytecode);
  if (bundled == nullptr) return {};
  return {format("its bytecode is in the bundle as {}", bytecode.bytes())};
}

std::vector<std::string> changes_to_dropped(const std::string& path, const Reason& reason) {
  if (reason.stage == "dedupe") return {"dedupe = false under [shrink] keeps every copy"};
  if (reason.stage == "bytecode") {
    return {"bytecode = \"unchecked\" under [shrink] keeps the source beside its bytecode"};
  }
  return {format("keep = [\"{}\"] under [prune] keeps it whatever the trace says", path),
          "an event that uses it, so that the trace sees it"};
}

std::vector<std::string> changes_to_kept(const std::string& path, const ManifestFile& file) {
  std::vector<std::string> changes;
  const auto& reason = file.decision.reason;
  if (reason.stage == "strip")
    changes.emplace_back("strip = false under [shrink] leaves it as it was staged");
  if (reason.stage == "strip" && reason.text.find("can call") != std::string::npos)
    changes.emplace_back("functions = \"all\" under [shrink] keeps the code that nothing can call");
  if (reason.stage == "dedupe") changes.emplace_back("dedupe = false under [shrink] keeps every copy");
  if (reason.stage == "bytecode") {
    changes.emplace_back("bytecode = \"unchecked\" under [shrink] leaves bytecode beside its source");
  }
  // What events used, and what an event failed without, is not proposed for dropping.
  const bool repaired =
      file.decision.kept.text.ends_with("failed without it") || reason.text.ends_with("failed without it");
  if (!file.evidence.empty())
    changes.emplace_back("it goes when no event uses it, and nothing in the bundle needs it");
  else if (!repaired)
    changes.push_back(
        format("drop = [\"{}\"] under [prune] removes it, and verify reports which event misses it", path));
  if (file.evidence.empty() && !file.needed_by.empty()) {
    changes.emplace_back("it goes when nothing in the bundle needs it any more");
  }
  return changes;
}

WhyAnswer explain_file(const Manifest& manifest, const BundlePath& path, const ManifestFile& file) {
  WhyAnswer answer;
  answer.subject = WhyAnswer::Subject::file;
  answer.staged_path = path.bytes();
  answer.becomes = file.decision.becomes.bytes();
  answer.package = file.package;
  const auto package = std::ranges::find(manifest.packages, file.package, &Distribution::name);
  if (package != manifest.packages.end()) answer.version = package->version;
  answer.verdict = to_text(file.decision.verdict);
  answer.reason = file.decision.reason;
  if (file.decision.kept != file.decision.reason) answer.kept = file.decision.kept;
  answer.evidence = evidence_of(file);
  answer.chain = chain_from(manifest, path);
  answer.before = file.decision.before;
  answer.after = file.decision.after;
  answer.zipped = file.zipped;
  answer.related = related_to(manifest, path, file);
  answer.what_would_change = file.is_in_bundle() ? changes_to_kept(path.bytes(), file)
                                                 : changes_to_dropped(path.bytes(), answer.reason);
  return answer;
}

WhyAnswer explain_added(const BundlePath& path, const AddedFile& file) {
  WhyAnswer answer;
  answer.subject = WhyAnswer::Subject::added;
  answer.becomes = path.bytes();
  answer.after = file.size;
  answer.zipped = file.zipped;
  answer.reason.text = file.link_target.empty() ? "written by lbundle" : "a link to " + file.link_target;
  return answer;
}

WhyAnswer explain_folder(const Manifest& manifest, const BundlePath& folder) {
  WhyAnswer answer;
  std::map<std::array<std::string, 4>, WhyReasonCount> counts;
  for (const auto& [path, file] : paths_below(manifest.files, folder)) {
    const auto& decision = file.decision;
    const auto& reason = decision.reason;
    auto& count = counts[{to_text(decision.verdict), reason.stage, reason.text, reason.rule}];
    count.verdict = to_text(decision.verdict);
    count.reason = reason;
    ++count.files;
    count.before += decision.before;
    count.after += decision.after;
    ++answer.staged_files;
    answer.files += file.is_in_bundle() ? 1 : 0;
    answer.before += decision.before;
    answer.after += decision.after;
    answer.zipped += file.zipped;
  }
  if (answer.staged_files == 0) return answer;
  answer.subject = WhyAnswer::Subject::folder;
  answer.staged_path = folder.bytes();
  for (auto& [key, count] : counts) answer.reasons.push_back(std::move(count));
  std::ranges::stable_sort(answer.reasons, std::greater<>{}, &WhyReasonCount::before);
  return answer;
}

// Levenshtein's distance, by bytes.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    auto diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const auto changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, changed}));
    }
  }
  return row[b.size()];
}

// The names nearest to `path`. A file of the same name elsewhere is nearer than any other name. Then come the
// names with the fewest changed letters, if these are no more than a third of the name.
std::vector<std::string> nearest_names(const Manifest& manifest, const BundlePath& path) {
  std::vector<std::pair<std::size_t, const BundlePath*>> near;
  for (const auto& [candidate, file] : manifest.files) {
    const auto name_distance = edit_distance(candidate.name(), path.name());
    if (name_distance > std::max<std::size_t>(1, path.name().size() / 3)) continue;
    const auto folder_distance = edit_distance(candidate.parent().bytes(), path.parent().bytes());
    near.emplace_back(4 * name_distance + folder_distance, &candidate);
  }
  std::ranges::stable_sort(near, {}, [](const auto& entry) { return entry.first; });
  std::vector<std::string> names;
  for (const auto& [distance, candidate] : near) {
    if (names.size() < names_suggested) names.push_back(candidate->bytes());
  }
  return names;
}

WhyAnswer look_up(const Manifest& manifest, const std::string& asked) {
  const auto parsed = normalised(asked);
  if (!parsed) return {};
  const auto& path = *parsed;
  if (const auto* file = named_by(manifest, path)) return explain_file(manifest, file->first, file->second);
  if (const auto added = manifest.added.find(path); added != manifest.added.end()) {
    return explain_added(path, added->second);
  }
  if (auto folder = explain_folder(manifest, path); folder.staged_files > 0) return folder;
  for (const auto& candidate : module_files(manifest, asked)) {
    if (const auto* file = named_by(manifest, candidate))
      return explain_file(manifest, file->first, file->second);
  }
  WhyAnswer unknown;
  unknown.nearest = nearest_names(manifest, path);
  return unknown;
}

}  // namespace

WhyAnswer explain(const Manifest& manifest, const std::string& path) {
  auto answer = look_up(manifest, path);
  answer.path = path;
  return answer;
}

}  // namespace lbundle
