#include "prune/prune_evidence.hpp"

#include <array>
#include <utility>
#include <vector>

#include "model/text.hpp"

namespace lbundle {

namespace {

// An existence check keeps a file up to this size. 99 of 100 files of usual trees are smaller, and a larger
// file that matters is also read.
constexpr ByteSize most_for_a_glance{256UL * 1024};

// The limit for all files together that were only looked at in one folder of the root, not counting modules.
// Code that checks hundreds of files is making a list, and it reads the file that is chosen from it. Example:
// botocore, whose clients look at the descriptions of all services, 13 MB. Lists of time zones or drivers are
// below this limit.
constexpr ByteSize most_for_glances{1024UL * 1024};

// The kinds that keep a file, the strongest first, with the word for each.
constexpr std::array<std::pair<AccessKind, const char*>, 8> counted{{{AccessKind::executed, "executed"},
                                                                     {AccessKind::mapped, "mapped"},
                                                                     {AccessKind::opened, "opened"},
                                                                     {AccessKind::written, "written"},
                                                                     {AccessKind::readlink, "read as a link"},
                                                                     {AccessKind::link, "crossed as a link"},
                                                                     {AccessKind::listed, "listed"},
                                                                     {AccessKind::stat, "looked for"}}};

// "event a", "events a and b", "events a, b and 4 more".
std::string name_events(const std::set<std::string>& events) {
  auto at = events.begin();
  if (events.size() == 1) return format("event {}", *at);
  const auto& first = *at++;
  if (events.size() == 2) return format("events {} and {}", first, *at);
  return format("events {}, {} and {} more", first, *at, events.size() - 2);
}

using Kinds = std::map<AccessKind, std::set<std::string>>;

// The strongest kind that counts, or null if the path was only missing or removed.
const std::pair<AccessKind, const char*>* strongest(const Kinds& kinds) {
  for (const auto& entry : counted)
    if (kinds.contains(entry.first)) return &entry;
  return nullptr;
}

// Modules are judged one by one, because resolving an import looks at every module that it may mean.
bool may_be_imported(const BundlePath& path) {
  static const std::set<std::string, std::less<>> endings{".py",  ".pyc", ".so",  ".js",
                                                          ".mjs", ".cjs", ".node"};
  return endings.contains(path.extension());
}

std::string top_folder(const BundlePath& path) {
  const auto& text = path.bytes();
  return text.substr(0, text.find('/'));
}

// Files that were only looked at, each with the text that says so.
struct Glances {
  std::vector<std::pair<BundlePath, std::string>> files;
  ByteSize size;
};

}  // namespace

TreeEvidence evidence_of_tree(const FileSet& files, const Evidence& evidence) {
  TreeEvidence result;
  std::map<std::string, Glances> glances;  // by folder of the root
  for (const auto& [path, kinds] : evidence) {
    const auto* kind = strongest(kinds);
    if (kind == nullptr) continue;
    std::set<BundlePath> crossed;
    const auto target = files.follow(path, &crossed);
    const auto events = name_events(kinds.at(kind->first));
    for (const auto& link : crossed) result.used.emplace(link, format("crossed as a link by {}", events));
    if (!target) continue;
    auto text = format("{} by {}", kind->second, events);
    const auto* file = files.find_file(*target);
    if (file == nullptr) {
      if (kinds.contains(AccessKind::listed)) result.listed.emplace(*target, text);
      result.folders.emplace(*target, std::move(text));
    } else if (kind->first == AccessKind::stat && file->content.size > most_for_a_glance) {
      result.glanced.emplace(*target, std::move(text));
    } else if (kind->first == AccessKind::stat && !may_be_imported(*target)) {
      auto& [paths, size] = glances[top_folder(*target)];
      size += file->content.size;
      paths.emplace_back(*target, std::move(text));
    } else {
      result.used.emplace(*target, std::move(text));
    }
  }
  for (auto& [folder, seen] : glances) {
    auto& place = seen.size > most_for_glances ? result.glanced : result.used;
    for (auto& [path, text] : seen.files) place.emplace(path, std::move(text));
  }
  return result;
}

}  // namespace lbundle
