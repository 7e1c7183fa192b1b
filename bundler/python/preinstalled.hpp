// Which packages a bundle can leave out because the runtime has them.
#pragma once

#include <map>
#include <set>
#include <string>

#include "cache/store.hpp"
#include "model/distribution.hpp"
#include "model/file_set.hpp"
#include "project/project.hpp"
#include "python/interpreter.hpp"

namespace lbundle {

// Returns the distributions of `files` that are named in `preinstalled` and that no bundled distribution
// needs. What a bundled distribution requires on `interpreter` and `architecture` stays in the bundle, in the
// version that pip resolved for it. Requirements of an extra count if a distribution asks for that extra. The
// contents of `files` must not be compressed. Source: METADATA's Requires-Dist, "Core metadata
// specifications", packaging.python.org. Throws Error if a file cannot be read.
std::set<std::string> left_to_runtime(const FileSet& files, const Distributions& distributions,
                                      const std::map<std::string, std::string>& preinstalled,
                                      const Interpreter& interpreter, Architecture architecture);

// Makes the folder `target`, or replaces it, with the runtime's own packages at the versions that its file in
// rules/runtimes has. The wheels come from `store`, or from the index. Makes no folder if the file has no
// versions. Throws Error if they cannot be fetched.
void install_preinstalled(const Function& function, const Interpreter& interpreter, const Store& store,
                          const HostPath& target);

}  // namespace lbundle
