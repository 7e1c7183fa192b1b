#include "package/handler_found.hpp"

#include <algorithm>

#include "model/suggestion.hpp"
#include "model/text.hpp"
#include "package/handler_module.hpp"
#include "package/handler_text.hpp"

namespace lbundle {

namespace {

// A handler's source is text that people write, or what a bundler makes of it.
constexpr std::size_t most_source_read = 16U << 20;

// Where the module may be, relative to the zip: its top, or the folders of a layer that the runtime searches.
std::vector<BundlePath> roots_of(const PackageUse& use) {
  if (!use.is_layer) return {BundlePath()};
  std::vector<BundlePath> roots;
  for (const auto& folder : use.runtime.layer_folders) roots.emplace_back(folder);
  return roots;
}

Findings malformed(const PackageUse& use) {
  const bool python = use.is_for(Language::python);
  return {{Severity::error, "handler-malformed", "",
           format("{} reads the handler '{}' as MODULE.FUNCTION, and this has no such form", use.runtime.name,
                  use.handler),
           python
               ? "name the module and the function: `app.handler` for handler() in app.py, `src.app.handler` "
                 "for src/app.py"
               : "name the file without its ending and the function: `index.handler`, `src/index.handler`"}};
}

// The Handler setting for `function` in the file at `path`.
std::string handler_for(const BundlePath& path, const std::string& function, const PackageUse& use) {
  auto module = path.bytes().substr(0, path.bytes().size() - path.extension().size());
  if (use.is_for(Language::python)) {
    if (module.ends_with("/__init__")) module.resize(module.size() - 9);
    std::ranges::replace(module, '/', '.');
  }
  return module + '.' + function;
}

bool is_module_file(const BundlePath& path, const PackageUse& use) {
  const auto ending = path.extension();
  if (use.is_for(Language::python)) return ending == ".py" || ending == ".pyc";
  return ending == ".js" || ending == ".mjs" || ending == ".cjs" || ending == ".ts";
}

// A file whose name is the module's name, in another folder or in another case. The fewest folders first.
std::optional<BundlePath> meant_file(const HandlerName& name, const PackageFiles& package,
                                     const PackageUse& use) {
  std::optional<BundlePath> best;
  const auto wanted = lower_case(BundlePath(name.path).name());
  const auto depth = [](const BundlePath& path) { return std::ranges::count(path.bytes(), '/'); };
  for (const auto& [path, node] : package.files) {
    if (is_made_by_macos(path) || !is_module_file(path, use)) continue;
    const auto file = path.name().substr(0, path.name().find('.'));
    if (lower_case(file) != wanted) continue;
    if (!best || depth(path) < depth(*best)) best = path;
  }
  return best;
}

std::string hint_for_missing(const HandlerName& name, const PackageFiles& package, const PackageUse& use) {
  const auto meant = meant_file(name, package, use);
  if (!meant) {
    std::vector<std::string> modules;
    for (const auto& [path, node] : package.files)
      if (path.parent().is_root() && is_module_file(path, use))
        modules.push_back(std::string(path.name().substr(0, path.name().find('.'))));
    const std::vector<std::string_view> known(modules.begin(), modules.end());
    const auto near = nearest_name(name.path, known);
    return near.empty() ? "put the file in, or correct the Handler setting"
                        : format("did you mean '{}.{}'?", near, name.function);
  }
  if (meant->extension() == ".ts")
    return format("compile {} to JavaScript, and zip the result", meant->bytes());
  const auto folder = meant->parent();
  const auto setting = format("set the Handler to `{}`", handler_for(*meant, name.function, use));
  if (folder.is_root()) return format("names are case-sensitive: {}", setting);
  return format("it is at {}: zip what is in {}, or {}", meant->bytes(), folder.bytes(), setting);
}

Findings missing_handler(const HandlerName& name, const ModuleSearch& search, const PackageFiles& package,
                         const PackageUse& use) {
  const auto files = use.is_for(Language::python) ? format("{0}.py, {0}.pyc or {0}/__init__.py", name.path)
                                                  : format("{0}.js, {0}.mjs or {0}.cjs", name.path);
  const auto path = search.instead ? search.instead->bytes() : std::string();
  const auto message = search.why.empty()
                           ? format("{} looks for {} {}, and the zip has none of them", use.runtime.name,
                                    files, use.is_layer ? "in the layer's folders" : "at the top")
                           : search.why;
  const auto* reports = use.is_for(Language::python) ? "Runtime.ImportModuleError" : "Cannot find module";
  return {{Severity::error, "handler-missing", path, format("{}: Lambda reports `{}`", message, reports),
           search.hint.empty() ? hint_for_missing(name, package, use) : search.hint}};
}

// The handler is not known, but Lambda's default is `index.handler`.
Findings judge_default_handler(const PackageFiles& package, const PackageUse& use) {
  const BundlePath index("index.js");
  if (!use.is_for(Language::nodejs) || use.is_layer) return {};
  auto findings = judge_node_syntax(index, package.small_text(index, most_source_read), package, use.runtime);
  for (auto& finding : findings) finding.severity = Severity::warning;
  return findings;
}

}  // namespace

Findings judge_handler(const PackageFiles& package, const PackageUse& use) {
  if (!use.has_runtime() || use.is_for(Language::provided)) return {};
  if (use.handler.empty()) return judge_default_handler(package, use);
  const auto name = handler_name(use.handler, use.runtime.language);
  if (!name) return malformed(use);
  const auto search = find_module(*name, package.files, roots_of(use), use);
  if (search.in_layer) return {};
  if (!search.found) return missing_handler(*name, search, package, use);
  const auto text = package.small_text(*search.found, most_source_read);
  if (text.empty()) return {};
  if (use.is_for(Language::python)) return judge_python_text(*search.found, text, name->function);
  return judge_node_text(*search.found, text, name->function, package, use.runtime);
}

}  // namespace lbundle
