// What a repair says to the user: one line for the project file for all files with the same cause.
#include <set>

#include "elf/sonames.hpp"
#include "json/json.hpp"
#include "model/glob.hpp"
#include "model/text.hpp"
#include "repair/repair.hpp"

namespace lbundle {

namespace {

using RepairedFiles = std::map<BundlePath, RepairedFile>;

constexpr std::size_t globs_in_a_hint = 6;

std::string quoted_glob(const std::string& path) {
  return to_line(Json(exact_glob(path)));
}

// The globs of all files of each folder, "a/b/*.py" if they have the same ending.
std::set<std::string> globs_by_folder(const std::vector<BundlePath>& paths) {
  std::map<BundlePath, std::set<std::string_view>> endings;
  std::set<std::string> globs;
  for (const auto& path : paths) {
    if (path.parent().is_root())
      globs.insert(quoted_glob(path.bytes()));
    else
      endings[path.parent()].insert(path.extension());
  }
  for (const auto& [folder, those] : endings) {
    auto glob = quoted_glob(folder.bytes());
    glob.pop_back();
    globs.insert(format("{}/*{}\"", glob, those.size() == 1 ? *those.begin() : ""));
  }
  return globs;
}

// `key = ["a.py", "b/**"]`: each path, or their folders if there are many paths, or the top folders of these.
std::string line_for(const char* key, const std::vector<BundlePath>& paths) {
  std::set<std::string> globs;
  for (const auto& path : paths) globs.insert(to_line(Json(elf::lasting_glob(path))));
  if (globs.size() > globs_in_a_hint) globs = globs_by_folder(paths);
  if (globs.size() > globs_in_a_hint) {
    globs.clear();
    for (const auto& path : paths) {
      const auto& bytes = path.bytes();
      const auto slash = bytes.find('/');
      auto glob = quoted_glob(bytes.substr(0, slash));
      if (slash != std::string::npos) glob.insert(glob.size() - 1, "/**");
      globs.insert(std::move(glob));
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

Findings repair_findings(const Repair& repair, bool gave_up) {
  Findings findings;
  if (gave_up) {
    findings.push_back(
        {Severity::note, "not-repaired", "",
         "no dropped, shared or rewritten file explains the answers that differ",
         "`ignore` in [[event]] leaves out parts that differ from run to run; "
         "`--level none --keep '**'` with `bytecode = \"unchecked\"`, `strip = false` and `dedupe = false` "
         "under [shrink] shows whether the whole tree gives the same answers"});
  }
  report(repair.kept, "without it, and it is kept", "keep", "prune", findings);
  report(repair.untouched, "until it stayed as it was", "untouched", "shrink", findings);
  return findings;
}

}  // namespace lbundle
