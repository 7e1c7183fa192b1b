#include "preflight/handler_hints.hpp"

#include <algorithm>

#include "model/suggestion.hpp"
#include "model/text.hpp"

namespace lbundle {

namespace {

bool is_module_of(const BundlePath& path, Language language) {
  const auto ending = path.extension();
  if (language == Language::python) return ending == ".py";
  return ending == ".js" || ending == ".mjs" || ending == ".cjs";
}

// The path as the Handler setting names the module: "src.app" for src/app.py, "src/index" for src/index.js.
std::string module_setting(const BundlePath& path, Language language) {
  auto module = path.bytes().substr(0, path.bytes().rfind('.'));
  if (language == Language::python) {
    if (module.ends_with("/__init__")) module.resize(module.size() - std::string_view("/__init__").size());
    std::ranges::replace(module, '/', '.');
  }
  return module;
}

// The setting of the own module that was probably meant; empty if none is near.
std::string meant_module(const Function& function, const HandlerName& name, const OwnFiles& own) {
  const auto language = function.runtime.language;
  const auto wanted = name.path.substr(name.path.rfind('/') + 1);
  std::vector<std::string> settings;
  for (const auto& [path, file] : own) {
    if (!is_module_of(path, language)) continue;
    auto setting = module_setting(path, language);
    // The same file in another folder.
    if (path.name().substr(0, path.name().find('.')) == wanted) return setting;
    settings.push_back(std::move(setting));
  }
  const std::vector<std::string_view> known(settings.begin(), settings.end());
  auto asked = name.path;
  if (language == Language::python) std::ranges::replace(asked, '/', '.');
  return nearest_name(asked, known);
}

}  // namespace

Error malformed_handler(const Function& function, const std::string& project_file) {
  const bool python = function.runtime.language == Language::python;
  return {"find", function.handler,
          format("{} reads it as MODULE.FUNCTION, and it has no such form", function.runtime.name),
          format("correct `function.handler` in {}: {}", project_file,
                 python ? "\"app.handler\" is handler() in app.py"
                        : "\"index.handler\" is the export `handler` of index.js or index.mjs")};
}

Error missing_module_of_handler(const Function& function, const HandlerName& name, const ModuleSearch& search,
                                const OwnFiles& own, const std::string& project_file) {
  const bool python = function.runtime.language == Language::python;
  const auto cause = search.why.empty() ? format("the function's own source has no module {}{}", name.path,
                                                 python ? ".py" : ".js, .mjs or .cjs")
                                        : search.why;
  const auto meant = meant_module(function, name, own);
  std::string hint = search.hint;
  if (hint.empty() && !meant.empty())
    hint = format("did you mean handler = \"{}.{}\"? It is in {}", meant, name.function, project_file);
  if (hint.empty())
    hint = format("correct `function.handler` in {}, or add the file to `function.source`", project_file);
  if (python && function.requirements && meant.empty())
    hint += "; if a package brings it, let a module of your own import it: `from PACKAGE import FUNCTION`";
  return {"find", function.handler, cause, hint};
}

std::string hint_for_function(const std::string& handler, const std::string& function,
                              const std::vector<std::string>& functions, const std::string& project_file) {
  const auto module = handler.substr(0, handler.size() - function.size());
  const std::vector<std::string_view> known(functions.begin(), functions.end());
  auto near = nearest_name(function, known);
  if (near.empty() && functions.size() == 1) near = functions.front();
  if (!near.empty())
    return format("did you mean handler = \"{}{}\"? It is in {}", module, near, project_file);
  return format("correct `function.handler` in {}, or define the function", project_file);
}

}  // namespace lbundle
