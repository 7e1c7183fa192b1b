// Judges where things are in a zip, whatever they are.
#pragma once

#include "model/finding.hpp"
#include "package/package_use.hpp"

namespace lbundle {

// The codes: macos-files (a note), zip-in-zip, nested (everything below one folder), layer-form (a note: the
// zip looks like a layer), typescript-only, no-code.
Findings judge_places(const PackageFiles& package, const PackageUse& use);

// The only folder at the top if everything is in it; nothing if there are several, or a file at the top. What
// macOS adds does not count.
std::optional<BundlePath> only_folder(const FileSet& files);

}  // namespace lbundle
