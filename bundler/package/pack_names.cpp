#include "package/pack_names.hpp"

#include <map>
#include <set>

#include "model/bundle_path.hpp"
#include "model/text.hpp"
#include "zip/name_key.hpp"

namespace lbundle {

namespace {

// Every name and every folder on its way, by the key under which they collide.
using ByKey = std::map<std::string, std::set<std::string>>;

void add_with_folders(ByKey& by_key, const BundlePath& path) {
  for (auto at = path; !at.is_root(); at = at.parent()) {
    if (!by_key[zip::name_key(at.bytes())].insert(at.bytes()).second) return;
  }
}

void judge_collisions(const ByKey& by_key, Findings& findings) {
  for (const auto& [key, names] : by_key) {
    if (names.size() < 2) continue;
    const auto& first = *names.begin();
    // Folders that collide make all in them collide; told once is enough.
    const auto parent = BundlePath(first).parent();
    if (!parent.is_root() && by_key.at(zip::name_key(parent.bytes())).size() > 1) continue;
    findings.push_back({Severity::warning, "name-collision", first,
                        format("'{}' and '{}' are one name where case or Unicode's normal form do not count",
                               first, *std::next(names.begin())),
                        "Lambda tells them apart, a Mac that unpacks the zip does not; rename one of them"});
  }
}

}  // namespace

Findings judge_names(const std::vector<std::string>& names) {
  Findings findings;
  std::set<BundlePath> files;
  std::set<BundlePath> folders;
  std::set<std::string> told;
  ByKey by_key;
  for (const auto& name : names) {
    const auto path = BundlePath::parse(name);
    if (!path || path->is_root()) continue;
    add_with_folders(by_key, *path);
    const bool is_new = name.ends_with('/') ? folders.insert(*path).second : files.insert(*path).second;
    if (!is_new && told.insert(path->bytes()).second) {
      findings.push_back({Severity::error, "name-twice", path->bytes(), "the zip holds this name twice",
                          "which of them is unpacked is chance; make the zip anew"});
    }
  }
  for (const auto& file : files) folders.insert(file.parent());
  for (const auto& folder : folders) {
    for (auto at = folder; !at.is_root(); at = at.parent()) {
      if (!files.contains(at) || !told.insert(at.bytes()).second) continue;
      findings.push_back({Severity::error, "name-below-file", at.bytes(),
                          "the zip holds it as a file and as a folder",
                          "it cannot be unpacked; rename one of them"});
    }
  }
  judge_collisions(by_key, findings);
  return findings;
}

}  // namespace lbundle
