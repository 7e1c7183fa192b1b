#include "package/handler_module.hpp"

#include <algorithm>

#include "model/text.hpp"

namespace lbundle {

namespace {

bool has_file(const FileSet& files, const BundlePath& path) {
  const auto end = files.follow(path);
  return end && files.find_file(*end) != nullptr;
}

// The forms of a Python module in the order in which Python looks for them (importlib.machinery): packages,
// native modules, sources, bytecode.
std::vector<std::string> python_forms(const PackageUse& use) {
  auto digits = use.runtime.version;
  std::erase(digits, '.');
  const auto* processor = use.architecture == Architecture::arm64 ? "aarch64" : "x86_64";
  return {"/__init__.py", "/__init__.pyc", format(".cpython-{}-{}-linux-gnu.so", digits, processor),
          ".abi3.so",     ".so",           ".py",
          ".pyc"};
}

// As aws-lambda-ric looks for them: without an ending, .js, .mjs, .cjs, then as `require` does.
std::vector<std::string> node_forms() {
  return {"", ".js", ".mjs", ".cjs", "/index.js", "/package.json"};
}

// A file that hides the folder of the same name from Python: src.py beside src/, if src/ is not a package.
std::optional<BundlePath> hiding_file(const FileSet& files, const BundlePath& root,
                                      const std::string& module) {
  for (auto slash = module.find('/'); slash != std::string::npos; slash = module.find('/', slash + 1)) {
    const auto folder = root / module.substr(0, slash);
    if (has_file(files, folder / "__init__.py") || has_file(files, folder / "__init__.pyc")) continue;
    for (const auto* ending : {".py", ".pyc"}) {
      const BundlePath file(folder.bytes() + ending);
      if (has_file(files, file)) return file;
    }
  }
  return std::nullopt;
}

// Why there is no module although something has its name.
void explain_python(const FileSet& files, const BundlePath& module, ModuleSearch& search) {
  const auto cached = module.parent() / ("__pycache__/" + std::string(module.name()) + ".cpython-");
  for (const auto& [path, node] : files.beginning_with(cached)) {
    search.instead = path;
    search.why =
        "Python imports bytecode in __pycache__ only beside its source, and the source is not in the zip";
    search.hint = format("put {0}.py in, or move the bytecode to {0}.pyc", module.bytes());
    return;
  }
  if (files.has_folder(module)) {
    search.instead = module;
    search.why = "it is a folder without __init__.py, which has no function";
    search.hint = format("name the file: `{0}.FILE.FUNCTION`, or put the function into {0}/__init__.py",
                         module.bytes());
  }
}

void find_in_layers(const std::vector<std::string>& forms, const std::string& module, const PackageUse& use,
                    ModuleSearch& search) {
  for (const auto& folder : use.runtime.layer_folders) {
    for (const auto& form : forms) search.in_layer |= use.is_in_layers(folder + '/' + module + form);
  }
}

}  // namespace

std::optional<HandlerName> handler_name(const std::string& handler, Language language) {
  const bool node = language == Language::nodejs;
  const auto slash = handler.rfind('/');
  const auto dot = node ? handler.find('.', slash == std::string::npos ? 0 : slash) : handler.rfind('.');
  if (dot == std::string::npos || dot + 1 == handler.size()) return std::nullopt;
  auto module = handler.substr(0, dot);
  if (node && handler.find("..") != std::string::npos) return std::nullopt;
  if (!node) {
    std::ranges::replace(module, '.', '/');
    // An empty part would make the import relative: "./app.handler".
    if (module.starts_with('/') || module.ends_with('/') || module.find("//") != std::string::npos)
      return std::nullopt;
  }
  const auto path = BundlePath::parse(module);
  if (!path || path->is_root() || module.ends_with('/')) return std::nullopt;
  return HandlerName{path->bytes(), handler.substr(dot + 1)};
}

ModuleSearch find_module(const HandlerName& name, const FileSet& files, const std::vector<BundlePath>& roots,
                         const PackageUse& use) {
  ModuleSearch search;
  const bool python = use.is_for(Language::python);
  const auto forms = python ? python_forms(use) : node_forms();
  for (const auto& root : roots) {
    const auto hiding = python ? hiding_file(files, root, name.path) : std::nullopt;
    if (hiding) {
      search.instead = hiding;
      search.why = format("Python takes this file for the package '{}', so it finds nothing in the folder",
                          hiding->bytes().substr(0, hiding->bytes().rfind('.')));
      search.hint = "rename the file or the folder, or put an __init__.py into the folder";
      return search;
    }
    for (const auto& form : forms) {
      const BundlePath file((root / name.path).bytes() + form);
      if (!has_file(files, file)) continue;
      search.found = file;
      return search;
    }
  }
  find_in_layers(forms, name.path, use, search);
  if (python && !search.in_layer) {
    for (const auto& root : roots) explain_python(files, root / name.path, search);
  }
  return search;
}

}  // namespace lbundle
