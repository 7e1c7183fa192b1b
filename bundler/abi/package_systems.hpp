// The systems that an npm package says it is for.
#pragma once

#include <optional>

#include "model/file_set.hpp"

namespace lbundle {

// The package.json of the npm package that `path` is in: "node_modules/@scope/a/package.json" for any file
// below that folder. Nothing if it is in none.
std::optional<BundlePath> package_json_of(const BundlePath& path);

// True if the package of `path` has an "os" without "linux" in its package.json. npm does not install such a
// package on Linux, so code that runs there does without it. False if the file cannot be read.
bool is_in_package_for_others(const FileSet& files, const BundlePath& path);

}  // namespace lbundle
