// Libraries that the runtime lacks and that no event misses.
#pragma once

#include <map>
#include <set>
#include <string>

#include "abi/abi.hpp"
#include "cache/store.hpp"
#include "model/decision.hpp"
#include "report/manifest.hpp"
#include "unshrunk.hpp"

namespace lbundle {

// By path in the bundle: the libraries that the file needs, and that it does without.
using IdleNeeds = std::map<BundlePath, std::set<std::string>>;

// Decides by the tree that the bundle is made from, and by what its events did. `decisions` say under which
// path each staged file is in the bundle; where they are empty, every path is the same. All arguments must
// outlive the result.
NeedIsIdle idle_by(const Unshrunk& unshrunk, const Decisions& decisions, const AbiTarget& target,
                   const Store& store, unsigned jobs);

// Decides by what the build of `zip` wrote into the manifest beside it. Empty if there is no manifest, or if
// it is that of another zip.
NeedIsIdle idle_by_manifest(const HostPath& zip);

}  // namespace lbundle
