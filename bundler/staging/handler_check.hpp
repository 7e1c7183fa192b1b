// Whether the runtime would find the handler, before anything is run.
#pragma once

#include "model/file_set.hpp"
#include "project/project.hpp"

namespace lbundle {

// Throws Error where `files` have not what `function.handler` names: a module of Python's or Node.js's, or
// the file `bootstrap` that provided runtimes start, which must be executable, and may lie in a layer. What
// the module defines is not looked at.
void require_handler(const Project& project, const FileSet& files);

}  // namespace lbundle
