#include "package/pack_names.hpp"

#include <map>
#include <set>
#include <unordered_set>

#include "model/bundle_path.hpp"
#include "model/text.hpp"
#include "package/finding_groups.hpp"
#include "zip/name_key.hpp"

namespace lbundle {

namespace {

// Every name, and every folder on the way to it, by the key under which they collide.
using ByKey = std::map<std::string, std::set<std::string>>;

void add_with_folders(ByKey& by_key, const BundlePath& path) {
  for (auto at = path; !at.is_root(); at = at.parent()) {
    if (!by_key[zip::name_key(at.bytes())].insert(at.bytes()).second) return;
  }
}

void judge_collisions(const ByKey& by_key, FindingGroups& found) {
  for (const auto& [key, names] : by_key) {
    if (names.size() < 2) continue;
    const auto& first = *names.begin();
    // If two folders collide, everything in them does. It is reported once, for the folders.
    const auto parent = BundlePath(first).parent();
    if (!parent.is_root() && by_key.at(zip::name_key(parent.bytes())).size() > 1) continue;
    found.add(Severity::warning, "name-collision", first,
              format("'{}' and '{}' are the same name where case or Unicode's normal form does not count",
                     first, *std::next(names.begin())),
              "Lambda distinguishes them, a Mac that unpacks the zip does not; rename one of them");
  }
}

}  // namespace

Findings judge_names(const std::vector<std::string>& names) {
  FindingGroups found;
  std::set<BundlePath> files;
  std::set<BundlePath> folders;
  std::set<std::string> reported;
  ByKey by_key;
  for (const auto& name : names) {
    const auto path = BundlePath::parse(name);
    if (!path || path->is_root()) continue;
    add_with_folders(by_key, *path);
    const bool is_new = name.ends_with('/') ? folders.insert(*path).second : files.insert(*path).second;
    if (!is_new && reported.insert(path->bytes()).second) {
      found.add(Severity::error, "name-twice", path->bytes(), "the zip has this name twice",
                "it is a matter of chance which one is unpacked; make the zip again");
    }
  }
  for (const auto& file : files) folders.insert(file.parent());
  std::unordered_set<BundlePath> walked;
  for (const auto& folder : folders) {
    for (auto at = folder; !at.is_root() && walked.insert(at).second; at = at.parent()) {
      if (!files.contains(at) || !reported.insert(at.bytes()).second) continue;
      found.add(Severity::error, "name-below-file", at.bytes(), "the zip has it as a file and as a folder",
                "it cannot be unpacked; rename one of them");
    }
  }
  judge_collisions(by_key, found);
  return found.take();
}

}  // namespace lbundle
