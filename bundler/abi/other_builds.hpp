// Packages that carry a build of the same library for each of several platforms.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "model/distribution.hpp"
#include "model/file_set.hpp"
#include "model/finding.hpp"
#include "project/project.hpp"

namespace lbundle {

// Tells builds for other platforms, which nothing opens on Lambda, from a package that was installed for the
// wrong one. Paths are compared by their words for platforms (project/platform_names.hpp).
class OtherBuilds {
 public:
  // `owners` must outlive this object.
  OtherBuilds(const Distributions& owners, Architecture architecture)
      : owners_(owners), architecture_(architecture) {}

  // Notes a library that the runtime can load.
  void add_fitting(const BundlePath& path);
  // The fitting build of the same library, if the path of `unfit` names another platform and that of the
  // fitting one does not. Loaders choose by these words, so they take the fitting build.
  std::optional<BundlePath> taken_instead_of(const BundlePath& unfit) const;
  // Adds a build for `platform` ("macOS", "64-bit ARM") to the notes. `taken` is what the runtime loads;
  // empty if nothing on Linux looks for files like `path`.
  void note(const BundlePath& path, ByteSize size, const std::string& platform,
            const std::optional<BundlePath>& taken);
  // The notes abi-other-platform, one for each distribution.
  Findings take();

 private:
  struct Group {
    std::size_t files = 0;
    ByteSize size;
    std::set<std::string> platforms;
    std::string first, taken;
  };

  const Distributions& owners_;
  Architecture architecture_;
  std::map<std::string, BundlePath> fitting_;  // by the neutral form of its path
  std::map<std::string, Group> groups_;        // by distribution
};

}  // namespace lbundle
