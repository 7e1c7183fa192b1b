// The project that a command is about.
#pragma once

#include <optional>

#include "cli/options.hpp"
#include "report/manifest.hpp"

namespace lbundle::cli {

// That of `folder` (empty: here), or of its nearest parent. Throws Error (wrong_usage) if there is none.
Project project_of(const HostPath& folder);

// What the command line says beats the project file.
void apply(const BuildCommand& command, Project& project);
void apply(const TargetOptions& target, Project& project);

// The runtime and architecture that a zip is judged for: the command line's, else the project's, x86_64 where
// neither names one. Nothing where neither names a runtime. Throws Error (wrong_usage) for names that Lambda
// does not have.
std::optional<Function> judged_function(const TargetOptions& target, const std::optional<Project>& project);

// The limits that hold for a zip of the current folder's project, if there is one: AWS's defaults otherwise.
std::optional<Project> project_here();

// The manifest of the project's last build, published or rejected, whichever is newer. Throws Error if there
// was none.
Manifest last_manifest(const Project& project);

}  // namespace lbundle::cli
