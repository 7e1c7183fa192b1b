// Finds packages that do not work before their install script has run. Staging runs no install scripts.
#pragma once

#include <functional>
#include <string>

#include "model/file_set.hpp"
#include "model/finding.hpp"
#include "node/js_facts.hpp"
#include "project/project.hpp"

namespace lbundle {

using ReadJsText = std::function<JsFacts(const std::string& source)>;

// Returns a warning for each package of `files`, in any node_modules, whose install script would have built
// or fetched something that is missing. Install scripts are `preinstall`, `install` and `postinstall`, and
// npm's own `node-gyp rebuild` if there is a binding.gyp. Source: npm's documentation, scripts.
//
// There is no warning in two cases. First, the package's native code for Linux, glibc and `architecture` is
// there: its own *.node, or a file in a package of its optionalDependencies. Second, the JavaScript of its
// scripts cannot start a program, use a network or write into the package. `read_text` returns the facts of a
// script's source.
Findings judge_install_scripts(const FileSet& files, Architecture architecture, const ReadJsText& read_text);

}  // namespace lbundle
