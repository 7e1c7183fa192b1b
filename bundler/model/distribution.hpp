// What a package manager installed as one thing: a wheel, an npm package, or the function itself.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/bundle_path.hpp"

namespace lbundle {

struct Distribution {
  std::string name;     // normalised according to PEP 503 ("pillow"); "" for the function's own files
  std::string version;  // empty for the function's own files
  bool operator==(const Distribution&) const = default;
};

// Which distribution installed which file. A file without an owner is one of the function's own files.
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
