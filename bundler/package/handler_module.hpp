// The file that a runtime imports for the Handler setting.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "package/package_use.hpp"

namespace lbundle {

struct HandlerName {
  std::string path;      // the module, as a path without an ending: "src/app"
  std::string function;  // "handler"
};

// Reads the Handler setting as the runtime's client does. Python: the function follows the last dot; dots and
// slashes separate packages (awslambdaric/bootstrap.py). Node.js: the function follows the first dot of the
// last part of the path (aws-lambda-ric, UserFunction.js). Nothing if it has no such form.
std::optional<HandlerName> handler_name(const std::string& handler, Language language);

struct ModuleSearch {
  std::optional<BundlePath> found;    // in the zip
  bool in_layer = false;              // in a layer of the function
  std::optional<BundlePath> instead;  // not found: a file that hides the module, or that is no module itself
  std::string why, hint;              // not found, and the reason is not simply that there is no such file
};

// Looks for the module in the folders `roots` of `files`, then in the layers of `use`.
ModuleSearch find_module(const HandlerName& name, const FileSet& files, const std::vector<BundlePath>& roots,
                         const PackageUse& use);

}  // namespace lbundle
