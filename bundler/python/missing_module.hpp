// What to do about a module that a function imports and that nothing brings.
#pragma once

#include <optional>
#include <string>

#include "project/project.hpp"

namespace lbundle {

struct MissingModule {
  std::string name;   // as it is imported: "PIL", "@aws-sdk/client-s3"
  std::string cause;  // "neither the requirements nor the runtime bring 'PIL'"
  std::string hint;   // the requirement that is likely, and the key of the project file
};

// Explains a module of that name. `name` may have several parts; for Python the first one counts. The
// requirement is the module's name, unless rules/modules.toml has another one. Reads the manifest beside a
// lock file to see whether an extra or a group brings it. If a module of that name lies in `project`, the
// folder of the project file, or near it in the repository, that is what is meant; an empty path looks for
// none.
MissingModule explain_missing(const std::string& name, const Function& function, const HostPath& project);

// The module that an error's text says is not there; nothing if it says something else. Source: the messages
// of Python's ModuleNotFoundError, and of Node.js's MODULE_NOT_FOUND and ERR_MODULE_NOT_FOUND.
std::optional<std::string> missing_module_in(const std::string& text, Language language);

}  // namespace lbundle
