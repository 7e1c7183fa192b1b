// Finds texts that stand where a file's real content should be.
#pragma once

#include "model/finding.hpp"
#include "package/package_files.hpp"

namespace lbundle {

// Finds pointers of Git LFS (code lfs-pointer) and the texts of symbolic links that a checkout or a program
// made regular files of (code link-as-text). An error if a loader or interpreter reads the file, a warning if
// only the function may. Reads no file of more than 4 KiB.
Findings judge_stand_ins(const PackageFiles& package);

}  // namespace lbundle
