// What a package manager installed as one thing: a wheel, an npm package, or the function itself.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/bundle_path.hpp"

namespace lbundle {

struct Distribution {
  std::string name;     // normalised as PEP 503 says ("pillow"); the function's own files are ""
  std::string version;  // empty for the function's own
  bool operator==(const Distribution&) const = default;
};

// Which distribution brought which file. A file that none claims belongs to the function.
struct Distributions {
  std::vector<Distribution> all;
  std::map<BundlePath, std::size_t> owner;  // index into `all`

  // The owner of `path`, or null for the function's own files.
  const Distribution* owner_of(const BundlePath& path) const {
    const auto found = owner.find(path);
    return found == owner.end() ? nullptr : &all.at(found->second);
  }
};

}  // namespace lbundle
