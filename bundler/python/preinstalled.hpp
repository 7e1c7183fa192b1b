// What a runtime has anyway.
#pragma once

#include <map>
#include <set>
#include <string>

#include "model/distribution.hpp"
#include "model/file_set.hpp"
#include "project/project.hpp"
#include "python/interpreter.hpp"

namespace lbundle {

// The distributions of `files` that are among `preinstalled` (by name) and that no other distribution needs:
// what a bundled distribution requires on `interpreter` and `architecture` stays with it, in the version that
// it was resolved for. Requirements of an extra count if a distribution asks for that extra. The contents of
// `files` must be files as they are. Source: METADATA's Requires-Dist, "Core metadata specifications",
// packaging.python.org. Throws Error for a file that cannot be read.
std::set<std::string> left_to_runtime(const FileSet& files, const Distributions& distributions,
                                      const std::map<std::string, std::string>& preinstalled,
                                      const Interpreter& interpreter, Architecture architecture);

}  // namespace lbundle
