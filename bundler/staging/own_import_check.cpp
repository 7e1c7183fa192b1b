#include "staging/own_import_check.hpp"

#include "install/obtain_js_reader.hpp"
#include "model/text.hpp"
#include "node/own_loads.hpp"
#include "python/missing_module.hpp"
#include "python_reach/own_imports.hpp"
#include "staging/stage.hpp"

namespace lbundle {

namespace {

std::set<BundlePath> paths_of(const OwnFiles& own) {
  std::set<BundlePath> paths;
  for (const auto& [path, file] : own) paths.insert(path);
  return paths;
}

Findings judge_python(const StagingInputs& inputs, const FileSet& files, const OwnFiles& own,
                      const Interpreter& interpreter, const Store& store, unsigned jobs) {
  OwnImports imports{files, paths_of(own), {}, inputs.own.project_file.parent_path()};
  for (const auto& layer : inputs.layers) {
    imports.outside.push_back(layer / "python");
    imports.outside.push_back(layer /
                              format("python/lib/python{}/site-packages", inputs.function.runtime.version));
  }
  // Beside its packages, the runtime has AWS's client.
  for (const auto& folder :
       {runtime_packages_folder(inputs.workspace), runtime_client_folder(inputs.workspace)})
    imports.outside.push_back(folder);
  return find_missing_imports(imports, inputs.function, interpreter, store, jobs);
}

// The script that the handler names; the root if there is none.
BundlePath script_of_handler(const Function& function, const FileSet& files) {
  const auto& handler = function.handler;
  const auto slash = handler.rfind('/');
  const auto name = handler.substr(0, handler.find('.', slash == std::string::npos ? 0 : slash));
  for (const auto* ending : {".js", ".mjs", ".cjs"}) {
    const auto path = BundlePath::parse(name + ending);
    if (path && files.contains(*path)) return *path;
  }
  return {};
}

Findings judge_node(const StagingInputs& inputs, const FileSet& files, const OwnFiles& own,
                    const Store& store, unsigned jobs) {
  const auto& function = inputs.function;
  OwnLoads loads{files,
                 paths_of(own),
                 script_of_handler(function, files),
                 {},
                 std::atoi(function.runtime.version.c_str())};
  for (const auto& layer : inputs.layers) {
    loads.outside.push_back(layer / "nodejs/node_modules");
    loads.outside.push_back(layer / format("nodejs/node{}/node_modules", function.runtime.version));
  }
  loads.outside.push_back(runtime_packages_folder(inputs.workspace));
  const auto reader = obtain_js_reader(store, jobs);
  return find_missing_loads(
      loads, [&](const std::vector<JsSource>& sources) { return reader.read(sources); },
      [&](const std::string& package) {
        const auto missing = explain_missing(package, function, {});
        return std::pair(missing.cause, missing.hint);
      });
}

}  // namespace

Findings judge_own_imports(const StagingInputs& inputs, const FileSet& files, const OwnFiles& own,
                           const Interpreter& interpreter, const Store& store, unsigned jobs) {
  switch (inputs.function.runtime.language) {
    case Language::python:
      return judge_python(inputs, files, own, interpreter, store, jobs);
    case Language::nodejs:
      return judge_node(inputs, files, own, store, jobs);
    case Language::provided:
      return {};
  }
  return {};
}

}  // namespace lbundle
