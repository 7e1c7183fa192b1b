// Packages that are not whole before their install script has run, which staging runs none of.
#pragma once

#include "model/file_set.hpp"
#include "model/finding.hpp"
#include "project/project.hpp"

namespace lbundle {

// A warning for each package of `files`, below any node_modules, whose scripts `preinstall`, `install` or
// `postinstall`, or npm's own `node-gyp rebuild` where a binding.gyp lies, would have built or fetched what
// is not there. Not told are packages whose native part is there for Linux, glibc and `architecture`, their
// own
// *.node or in a package of their optionalDependencies; and scripts whose JavaScript can neither start a
// program nor talk to a network nor write into the package. Source: npm's documentation, scripts.
Findings judge_install_scripts(const FileSet& files, Architecture architecture);

}  // namespace lbundle
