#include "staging/handler_check.hpp"

#include <algorithm>

#include "model/error.hpp"
#include "model/text.hpp"

namespace lbundle {

namespace {

// True if Python would find `module`: as a source or bytecode file, a package, or a native module.
bool has_module(const FileSet& files, const BundlePath& module) {
  for (const auto* ending : {".py", ".pyc", "/__init__.py", "/__init__.pyc", ".so", ".abi3.so"}) {
    if (files.contains(BundlePath(module.bytes() + ending))) return true;
  }
  return std::ranges::any_of(files.beginning_with(BundlePath(module.bytes() + ".cpython-")),
                             [](const auto& entry) { return entry.first.bytes().ends_with(".so"); });
}

// True if Node.js would find `script`. Whether it is CommonJS or a module depends on its ending and
// package.json.
bool has_script(const FileSet& files, const BundlePath& script) {
  for (const auto* ending : {".js", ".mjs", ".cjs"}) {
    if (files.contains(BundlePath(script.bytes() + ending))) return true;
  }
  return false;
}

// Lambda starts the file `bootstrap` of the package. If there is none, it starts that of a layer.
void check_bootstrap(const FileSet& files, bool has_layers, const std::string& project_file) {
  const auto* file = files.find_file(BundlePath("bootstrap"));
  if (file == nullptr && !files.contains(BundlePath("bootstrap")) && !has_layers) {
    throw Error("find", "bootstrap", "the runtime starts this file, and the staged tree does not have it",
                format("build it beside {}, or add it to `function.source`", project_file))
        .with_status(ExitStatus::wrong_usage);
  }
  if (file == nullptr || file->executable) return;
  throw Error("start", "bootstrap", "the file is not executable, so Lambda would refuse it too",
              "make it executable: `chmod +x bootstrap`")
      .with_status(ExitStatus::wrong_usage);
}

}  // namespace

void require_handler(const FileSet& files, const Function& function, bool has_layers,
                     const std::string& project_file) {
  const auto language = function.runtime.language;
  if (language == Language::provided) {
    check_bootstrap(files, has_layers, project_file);
    return;
  }
  const auto& handler = function.handler;
  const bool node = language == Language::nodejs;
  // Node.js takes everything after the first dot of the last path part as the function's name.
  const auto slash = handler.rfind('/');
  auto name = handler.substr(
      0, node ? handler.find('.', slash == std::string::npos ? 0 : slash) : handler.rfind('.'));
  if (!node) std::ranges::replace(name, '.', '/');
  const auto module = BundlePath::parse(name);
  const bool named = handler.find('.') != std::string::npos && module && !module->is_root();
  if (named && (node ? has_script(files, *module) : has_module(files, *module))) return;
  throw Error("find", handler,
              format("the staged tree has no module {}{}", name, node ? ".js or .mjs" : ".py"),
              format("correct `function.handler` in {}, or add the file to `function.source`", project_file))
      .with_status(ExitStatus::wrong_usage);
}

}  // namespace lbundle
