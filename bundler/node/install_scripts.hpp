// Packages that are not whole before their install script has run, which staging runs none of.
#pragma once

#include <functional>
#include <string>

#include "model/file_set.hpp"
#include "model/finding.hpp"
#include "node/js_facts.hpp"
#include "project/project.hpp"

namespace lbundle {

using ReadJsText = std::function<JsFacts(const std::string& source)>;

// A warning for each package of `files`, below any node_modules, whose scripts `preinstall`, `install` or
// `postinstall`, or npm's own `node-gyp rebuild` where a binding.gyp lies, would have built or fetched what
// is not there. Not told are packages whose native part is there for Linux, glibc and `architecture`, their
// own
// *.node or in a package of their optionalDependencies; and scripts whose JavaScript can neither start a
// program nor talk to a network nor write into the package. Source: npm's documentation, scripts.
// `read_text` gives the facts of a script's source.
Findings judge_install_scripts(const FileSet& files, Architecture architecture, const ReadJsText& read_text);

}  // namespace lbundle
