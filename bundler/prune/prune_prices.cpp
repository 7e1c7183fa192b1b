#include "prune/prune_prices.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <set>

#include "elf/sonames.hpp"
#include "model/glob.hpp"
#include "model/text.hpp"
#include "report/build_report.hpp"

namespace lbundle {

namespace {

// Smaller amounts are not worth a note: this is about a hundredth of what most bundles have left below the
// limit.
constexpr ByteSize least_to_report{1'000'000};

// The native files that evidence keeps, and all libraries that they load.
std::set<BundlePath> used_natives(const TreeEvidence& evidence, const elf::LibraryGraph& libraries) {
  std::set<BundlePath> used;
  for (const auto& [path, text] : evidence.used) {
    if (libraries.facts().find(path) == nullptr || !used.insert(path).second) continue;
    for (const auto& needed : libraries.needed_by(path)) used.insert(needed);
  }
  return used;
}

// Modules that need the same unused libraries, and these libraries.
struct NativeGroup {
  std::set<BundlePath> modules, libraries;
  ByteSize bytes;
};

std::string with_libraries(std::size_t count) {
  return count == 0 ? std::string() : format(" with {} of its libraries", count);
}

bool is_python(const BundlePath& path) {
  const auto ending = path.extension();
  return ending == ".py" || ending == ".pyc";
}

ByteSize size_in(const Bundle& bundle, const BundlePath& path) {
  return unzipped_size(*bundle.files.find(path));
}

std::vector<BundlePath> largest_first(std::vector<BundlePath> files, const Bundle& bundle) {
  std::ranges::stable_sort(files, [&](const BundlePath& a, const BundlePath& b) {
    return size_in(bundle, b) < size_in(bundle, a);
  });
  return files;
}

// The globs that drop `files` of `folder` and nothing else: the whole folder, or the largest of its files.
std::vector<std::string> globs_of_folder(const BundlePath& folder, const std::vector<BundlePath>& files,
                                         const Bundle& bundle) {
  static constexpr std::size_t most_in_a_hint = 6;
  const auto all = bundle.files.below(folder);
  if (static_cast<std::size_t>(std::ranges::distance(all)) == files.size())
    return {exact_glob(folder.bytes()) + "/**"};
  std::vector<std::string> globs;
  for (std::size_t i = 0; i < std::min(most_in_a_hint, files.size()); ++i)
    globs.push_back(exact_glob(files[i].bytes()));
  return globs;
}

// Folders with many bytes that are kept although no event used them, not counting native code and Python.
std::vector<UnusedFiles> unused_folders(const Bundle& bundle, const TreeEvidence& evidence,
                                        const elf::LibraryGraph& libraries,
                                        const std::set<BundlePath>& repaired) {
  std::map<BundlePath, std::vector<BundlePath>> folders;
  for (const auto& [path, node] : bundle.files) {
    if (path.parent().is_root() || is_python(path) || evidence.used.contains(path) ||
        repaired.contains(path) || libraries.facts().find(path) != nullptr)
      continue;
    folders[path.parent()].push_back(path);
  }
  std::vector<std::pair<ByteSize, UnusedFiles>> large;
  for (const auto& [folder, files] : folders) {
    ByteSize bytes;
    for (const auto& path : files) bytes += size_in(bundle, path);
    if (bytes < least_to_report) continue;
    auto sorted = largest_first(files, bundle);
    auto globs = globs_of_folder(folder, sorted, bundle);
    large.emplace_back(bytes, UnusedFiles{folder, std::move(sorted), true, 0, std::move(globs)});
  }
  std::ranges::stable_sort(large, [](const auto& a, const auto& b) { return b.first < a.first; });
  std::vector<UnusedFiles> sorted;
  for (auto& [bytes, files] : large) sorted.push_back(std::move(files));
  return sorted;
}

// Puts each unused module into a group with all modules that need one of its unused libraries.
std::vector<NativeGroup> native_groups(const Bundle& bundle, const std::set<BundlePath>& used,
                                       const elf::LibraryGraph& libraries,
                                       const std::set<BundlePath>& repaired) {
  std::vector<NativeGroup> groups;
  std::set<BundlePath> brought;
  for (const auto& [path, facts] : libraries.facts().files) {
    if (!bundle.files.contains(path) || used.contains(path) || repaired.contains(path)) continue;
    NativeGroup group{{path}, {}, {}};
    for (const auto& library : libraries.needed_by(path)) {
      if (bundle.files.contains(library) && !used.contains(library) && !repaired.contains(library))
        group.libraries.insert(library);
    }
    brought.insert(group.libraries.begin(), group.libraries.end());
    std::erase_if(groups, [&](NativeGroup& other) {
      const auto is_shared = [&](const BundlePath& library) { return group.libraries.contains(library); };
      if (std::ranges::none_of(other.libraries, is_shared)) return false;
      group.modules.merge(other.modules);
      group.libraries.merge(other.libraries);
      return true;
    });
    groups.push_back(std::move(group));
  }
  // A library is in the group of the modules that bring it.
  for (auto& group : groups)
    std::erase_if(group.modules, [&](const auto& path) { return brought.contains(path); });
  std::erase_if(groups, [](const NativeGroup& group) { return group.modules.empty(); });
  for (auto& group : groups)
    for (const auto* files : {&group.modules, &group.libraries})
      for (const auto& path : *files) group.bytes += size_in(bundle, path);
  return groups;
}

// Files for people to read, such as READMEs. The extension does not decide: a template may be Markdown.
bool is_for_people(const BundlePath& path) {
  static constexpr std::array names{"readme", "license", "licence", "copying", "notice", "changelog"};
  auto name = std::string(path.name());
  std::ranges::transform(name, name.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? c | 0x20 : c; });
  return std::ranges::any_of(names, [&](const char* each) { return name.starts_with(each); });
}

// A program does not open sources, headers and the like. It may run an executable file, wherever that is.
bool could_be_asked_for(const BundlePath& path, const FileNode& node, const TreeRules& rules) {
  if (is_for_people(path)) return false;
  const auto* file = std::get_if<RegularFile>(&node);
  return rules.drop_of(path) == nullptr || (file != nullptr && file->executable);
}

}  // namespace

Findings unreported_drops(const Bundle& bundle, const FileSet& files, const TreeRules& rules,
                          const std::map<BundlePath, const UserGlob*>& by_user, PruneLevel level) {
  struct Dropped {
    BundlePath largest;
    ByteSize most, sum;
    std::size_t count = 0;
  };
  std::map<std::string, Dropped> dropped;  // by folder of the root; a file of the root by itself
  for (const auto& [path, node] : files) {
    // A user who names a file to drop it knows about it.
    if (bundle.files.contains(path) || by_user.contains(path) || !could_be_asked_for(path, node, rules))
      continue;
    const auto& bytes = path.bytes();
    auto& [largest, most, sum, count] = dropped[bytes.substr(0, bytes.find('/'))];
    const auto size = unzipped_size(node);
    if (count++ == 0 || size > most) {
      largest = path;
      most = size;
    }
    sum += size;
  }
  const bool by_trace = level == PruneLevel::trace;
  Findings findings;
  for (const auto& [folder, those] : dropped) {
    const bool one = those.count == 1;
    const auto what =
        one ? format("{} ({})", those.largest.bytes(), to_text(those.sum))
            : format("{} and {} in {}/ ({})", those.largest.bytes(),
                     count_text(those.count - 1, "more file", "more files"), folder, to_text(those.sum));
    findings.push_back(
        {by_trace ? Severity::warning : Severity::note, "unreported-drop", those.largest.bytes(),
         format(
             "no event used {}; dropped, and no log will say when an input asks for {}, because a compiled "
             "program cannot report it",
             what, one ? "it" : "one of them"),
         format("keep = [\"{}\"] if an input can{}", one ? those.largest.bytes() : folder + "/**",
                by_trace ? "; level = \"reach\" keeps what the program's text names" : "")});
  }
  return findings;
}

Findings dropped_but_reached(const Bundle& bundle, const FileSet& files,
                             const std::map<BundlePath, std::string>& ruled_out,
                             const elf::LibraryGraph& libraries) {
  Findings findings;
  for (const auto& [path, how] : ruled_out) {
    const auto* node = files.find(path);
    if (node == nullptr || bundle.files.contains(path)) continue;
    auto bytes = unzipped_size(*node);
    std::vector<BundlePath> lost;
    for (const auto& library : libraries.needed_by(path)) {
      if (files.find(library) == nullptr || bundle.files.contains(library)) continue;
      bytes += unzipped_size(*files.find(library));
      lost.push_back(library);
    }
    if (bytes < least_to_report) continue;
    const auto& reason = bundle.decisions.at(path).reason;
    findings.push_back({Severity::note, "reached-dropped", path.bytes(),
                        format("{}{}, {}, is {}, and dropped: {} ({})", path.bytes(),
                               with_libraries(lost.size()), to_text(bytes), how, reason.text, reason.rule),
                        format("keep = [\"{}\"] if an input can ask for it", elf::lasting_glob(path))});
  }
  return findings;
}

std::vector<UnusedFiles> unused_files(const Bundle& bundle, const TreeEvidence& evidence,
                                      const elf::LibraryGraph& libraries,
                                      const std::set<BundlePath>& repaired) {
  auto groups = native_groups(bundle, used_natives(evidence, libraries), libraries, repaired);
  std::erase_if(groups, [](const NativeGroup& group) { return group.bytes < least_to_report; });
  std::ranges::stable_sort(groups,
                           [](const NativeGroup& a, const NativeGroup& b) { return b.bytes < a.bytes; });
  std::vector<UnusedFiles> unused;
  for (const auto& [modules, needed, bytes] : groups) {
    UnusedFiles entry;
    entry.files = largest_first({modules.begin(), modules.end()}, bundle);
    entry.path = entry.files.front();
    entry.libraries = needed.size();
    for (const auto& library : largest_first({needed.begin(), needed.end()}, bundle))
      entry.files.push_back(library);
    for (const auto& path : entry.files) entry.drop.push_back(elf::lasting_glob(path));
    unused.push_back(std::move(entry));
  }
  std::ranges::move(unused_folders(bundle, evidence, libraries, repaired), std::back_inserter(unused));
  return unused;
}

}  // namespace lbundle
