// The project that a command is about.
#pragma once

#include <optional>

#include "cli/options.hpp"
#include "doctor.hpp"
#include "report/manifest.hpp"

namespace lbundle::cli {

// Reads the project of `folder` (empty: the current folder) or of its nearest parent that has one. Throws
// Error (wrong_usage) if there is none.
Project project_of(const HostPath& folder);

// Puts what the command line says in place of what the project file says.
void apply(const BuildCommand& command, Project& project);
void apply(const TargetOptions& target, Project& project);

// The runtime and architecture that a zip is judged for: the command line's, otherwise the project's. The
// architecture is x86_64 if neither names one. Nothing if neither names a runtime. Throws Error (wrong_usage)
// for names that Lambda does not have.
std::optional<Function> judged_function(const TargetOptions& target, const std::optional<Project>& project);

// The project of the current folder, whose limits are for its zips. Nothing if there is none; AWS's defaults
// are used then.
std::optional<Project> project_here();

// The project that `lbundle doctor` is about: that of `folder` (empty: the current folder) or of its nearest
// parent that has one. A mistake in its project file is not thrown: it is one of the things to report. Throws
// Error (wrong_usage) if `folder` is no folder.
ProjectToExamine project_to_examine(const HostPath& folder);

// Reads the manifest of the project's last build, published or rejected, whichever is newer. Throws Error if
// there is none.
Manifest last_manifest(const Project& project);

}  // namespace lbundle::cli
