// The problem: a package has grown by three megabytes, and nobody knows why. A comparison by name gives too
// much output: rebuilt wheels rename every bundled library, a moved file counts as removed and added, and
// sizes on disk say nothing about the zip.
//
// The idea: first pair the files, by path, then by content, then by the library's name without hash and
// version. The cost of a file is what its entry takes in the zip, headers included, so the sums of files and
// packages agree with the zip's own size to the byte.
//
// Tried and rejected: pairing by similar content (two versions of a library share most of it), because it
// finds little that the names do not show and has to read everything.
//
// Why it is right: every file is either in exactly one pair, or alone, or unchanged, and the sums are over
// all of them.
#include "package/diff.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

#include "elf/sonames.hpp"
#include "package/segment_sizes.hpp"

namespace lbundle {

namespace {

using Paths = std::set<BundlePath>;

std::string package_of(const SizeListing& listing, const BundlePath& path) {
  const auto* owner = listing.owners.owner_of(path);
  return owner == nullptr ? std::string() : owner->name;
}

// Pairs removed files with added ones, each at most once.
class Pairing {
 public:
  Pairing(const SizeListing& before, const SizeListing& after) : before_(before), after_(after) {
    for (const auto& [path, file] : before.files) {
      const auto now = after.files.find(path);
      if (now == after.files.end()) {
        removed_.insert(path);
      } else if (now->second.content != file.content) {
        changed_.emplace_back(path, path);
      }
    }
    for (const auto& [path, file] : after.files) {
      if (!before.files.contains(path)) added_.insert(path);
    }
  }

  // Pairs a removed and an added file that have the same key. A file with an empty key is not paired.
  template <class Key>
  void pair_by(Key key, std::vector<std::pair<BundlePath, BundlePath>>& pairs) {
    std::map<std::string, std::vector<BundlePath>> waiting;
    for (const auto& path : removed_) {
      if (const auto k = key(before_, path); !k.empty()) waiting[k].push_back(path);
    }
    for (auto at = added_.begin(); at != added_.end();) {
      const auto found = waiting.find(key(after_, *at));
      if (found == waiting.end() || found->second.empty()) {
        ++at;
        continue;
      }
      pairs.emplace_back(found->second.front(), *at);
      removed_.erase(found->second.front());
      found->second.erase(found->second.begin());
      at = added_.erase(at);
    }
  }

  void pair() {
    pair_by([](const SizeListing& listing, const BundlePath& path) { return content_key(listing, path); },
            moved_);
    pair_by([](const SizeListing&, const BundlePath& path) { return library_key(path); }, changed_);
  }

  std::vector<FileChange> changes() const {
    std::vector<FileChange> changes;
    for (const auto& [old_path, path] : changed_)
      changes.push_back(change(ChangeKind::changed, &old_path, &path));
    for (const auto& [old_path, path] : moved_)
      changes.push_back(change(ChangeKind::moved, &old_path, &path));
    for (const auto& path : removed_) changes.push_back(change(ChangeKind::removed, &path, nullptr));
    for (const auto& path : added_) changes.push_back(change(ChangeKind::added, nullptr, &path));
    return changes;
  }

 private:
  // The content by which a moved file is found. Empty for empty files and links: equal ones are too frequent
  // to say that one became the other.
  static std::string content_key(const SizeListing& listing, const BundlePath& path) {
    const auto& file = listing.files.at(path);
    return file.unzipped.bytes() == 0 || file.content.starts_with("->") ? std::string() : file.content;
  }

  static std::string library_key(const BundlePath& path) {
    if (path.name().find(".so") == std::string_view::npos) return {};
    const auto stem = elf::parse_library_name(path.name()).stem;
    return stem.empty() ? std::string() : path.parent().bytes() + '/' + stem;
  }

  FileChange change(ChangeKind kind, const BundlePath* old_path, const BundlePath* path) const {
    FileChange result;
    result.kind = kind;
    result.path = path != nullptr ? *path : *old_path;
    result.package = path != nullptr ? package_of(after_, *path) : package_of(before_, *old_path);
    if (old_path != nullptr && path != nullptr && *old_path != *path) result.old_path = *old_path;
    if (kind == ChangeKind::changed) result.segments = segment_changes(*old_path, *path);
    if (old_path != nullptr) {
      const auto& file = before_.files.at(*old_path);
      result.zipped.before = file.zipped;
      result.unzipped.before = file.unzipped;
    }
    if (path != nullptr) {
      const auto& file = after_.files.at(*path);
      result.zipped.after = file.zipped;
      result.unzipped.after = file.unzipped;
    }
    return result;
  }

  std::vector<SegmentChange> segment_changes(const BundlePath& old_path, const BundlePath& path) const {
    if (library_key(path).empty()) return {};
    const auto old_sizes = segment_sizes(before_, old_path);
    const auto new_sizes = segment_sizes(after_, path);
    if (old_sizes.empty() || new_sizes.empty()) return {};
    std::vector<SegmentChange> changes;
    for (std::size_t i = 0; i < old_sizes.size(); ++i) {
      changes.push_back({old_sizes[i].name, {old_sizes[i].size, new_sizes[i].size}});
    }
    return changes;
  }

  const SizeListing& before_;
  const SizeListing& after_;
  Paths removed_;
  Paths added_;
  std::vector<std::pair<BundlePath, BundlePath>> changed_;
  std::vector<std::pair<BundlePath, BundlePath>> moved_;
};

std::vector<PackageChange> package_changes(const SizeListing& before, const SizeListing& after,
                                           const std::vector<FileChange>& files) {
  std::map<std::string, PackageChange> by_name;
  for (const auto& size : before.by_package()) {
    auto& change = by_name[size.package.name];
    change.old_version = size.package.version;
    change.zipped.before = size.zipped;
    change.unzipped.before = size.unzipped;
  }
  for (const auto& size : after.by_package()) {
    auto& change = by_name[size.package.name];
    change.new_version = size.package.version;
    change.zipped.after = size.zipped;
    change.unzipped.after = size.unzipped;
  }
  for (const auto& file : files) ++by_name[file.package].files_changed;
  std::vector<PackageChange> changes;
  for (auto& [name, change] : by_name) {
    change.name = name;
    const bool same = change.files_changed == 0 && change.old_version == change.new_version &&
                      change.zipped.change() == 0 && change.unzipped.change() == 0;
    if (!same) changes.push_back(std::move(change));
  }
  return changes;
}

template <class Change>
void sort_by_size(std::vector<Change>& changes) {
  std::ranges::stable_sort(changes, std::greater{}, [](const Change& change) {
    return std::pair(std::llabs(change.zipped.change()), std::llabs(change.unzipped.change()));
  });
}

// If one side has no zipped sizes, their difference means nothing.
template <class Change>
void forget_zipped(std::vector<Change>& changes) {
  for (auto& change : changes) change.zipped = {};
}

}  // namespace

const char* to_text(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::added:
      return "added";
    case ChangeKind::removed:
      return "removed";
    case ChangeKind::changed:
      return "changed";
    case ChangeKind::moved:
      return "moved";
  }
  return "";
}

SizeDiff diff(const SizeListing& before, const SizeListing& after) {
  Pairing pairing(before, after);
  pairing.pair();
  SizeDiff result;
  result.files = pairing.changes();
  result.packages = package_changes(before, after, result.files);
  result.unzipped = {before.unzipped, after.unzipped};
  if (before.zipped && after.zipped) {
    result.zipped = SizePair{*before.zipped, *after.zipped};
    result.rest = {before.rest, after.rest};
  } else {
    forget_zipped(result.files);
    forget_zipped(result.packages);
  }
  sort_by_size(result.files);
  sort_by_size(result.packages);
  return result;
}

}  // namespace lbundle
