// Faults of native code that no event minds, such as a library that the runtime lacks.
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

// By path in the bundle: the faults of the file, as FaultIsIdle names them.
using IdleFaults = std::map<BundlePath, std::set<std::string>>;

// Decides by the tree that the bundle is made from, and by what its events did. `decisions` say under which
// path each staged file is in the bundle; where they are empty, every path is the same. All arguments must
// outlive the result.
FaultIsIdle idle_by(const Unshrunk& unshrunk, const Decisions& decisions, const AbiTarget& target,
                    const Store& store, unsigned jobs);

// Decides by what the build of `zip` wrote into the manifest beside it. Empty if there is no manifest, or if
// it is that of another zip.
FaultIsIdle idle_by_manifest(const HostPath& zip);

}  // namespace lbundle
