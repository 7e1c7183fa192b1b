// What a package manager installed as one thing: a wheel, an npm package, or the function itself.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/bundle_path.hpp"

namespace lbundle {

// Returns the name in the form in which names of packages, extras and groups are compared: lower case, with
// each run of "-", "_" and "." as one "-". Source: PEP 503, PEP 685, PEP 735. This is C++ because every
// build reads names, and a build that has everything in the cache starts no Python.
std::string normalised_name(std::string_view name);

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
  // The distribution of that normalised name, or null if there is none.
  const Distribution* named(std::string_view name) const;
};

}  // namespace lbundle
