// The problem: npm packages with native code carry a build for each system and processor, and a loader such
// as node-gyp-build opens the one that fits. Files for macOS or Windows are then no mistake. In a zip that
// was made on a Mac, exactly such files are the mistake, because the fitting one is not there.
//
// The idea: the paths of such builds differ only in words for platforms (prebuilds/linux-x64/a.glibc.node,
// prebuilds/darwin-arm64/a.node, @scope/a-win32-x64/a.win32-x64.node). Without these words they are equal. If
// one of them fits the runtime by its header, and its words do not say otherwise, loaders take that one.
//
// Rejected: a list of packages or of loaders, because every package may bring its own; and the file's name
// alone, which some loaders give to every build and others to none.
#include "abi/other_builds.hpp"

#include "model/text.hpp"
#include "project/platform_names.hpp"

namespace lbundle {

void OtherBuilds::add_fitting(const BundlePath& path) {
  const auto name = platform_name(path.bytes(), architecture_);
  if (!name.is_of_another) fitting_.emplace(name.neutral, path);
}

std::optional<BundlePath> OtherBuilds::taken_instead_of(const BundlePath& unfit) const {
  const auto name = platform_name(unfit.bytes(), architecture_);
  if (!name.is_of_another) return std::nullopt;
  const auto found = fitting_.find(name.neutral);
  return found == fitting_.end() ? std::nullopt : std::optional(found->second);
}

void OtherBuilds::note(const BundlePath& path, ByteSize size, const std::string& platform,
                       const std::optional<BundlePath>& taken) {
  const auto* owner = owners_.owner_of(path);
  auto& group = groups_[owner == nullptr ? std::string() : owner->name];
  if (group.files++ == 0) group.first = path.bytes();
  group.size += size;
  group.platforms.insert(platform);
  if (taken && group.taken.empty()) group.taken = taken->bytes();
}

Findings OtherBuilds::take() {
  Findings findings;
  for (const auto& [owner, group] : groups_) {
    std::string platforms;
    for (const auto& platform : group.platforms) platforms += (platforms.empty() ? "" : ", ") + platform;
    findings.push_back({Severity::note, "abi-other-platform", group.first,
                        format("{}{}, {}, for {}: nothing on Lambda opens {}{}",
                               group.files == 1 ? "a build" : format("{} builds", group.files),
                               owner.empty() ? "" : " of " + owner, to_text(group.size), platforms,
                               group.files == 1 ? "it" : "them",
                               group.taken.empty() ? "" : format(", it loads {}", group.taken)),
                        "they only take space; `lbundle build` leaves them out"});
  }
  return findings;
}

}  // namespace lbundle
