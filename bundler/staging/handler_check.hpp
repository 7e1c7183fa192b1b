// Checks that the runtime would find the handler, before anything is run.
#pragma once

#include "model/file_set.hpp"
#include "project/project.hpp"

namespace lbundle {

// Throws Error if `files` do not have what the handler names: a Python or Node.js module, or the file
// `bootstrap` that provided runtimes start. `bootstrap` must be executable, and may be in a layer instead.
// What the module defines is not checked. `project_file` is the name for the hint.
void require_handler(const FileSet& files, const Function& function, bool has_layers,
                     const std::string& project_file);

}  // namespace lbundle
