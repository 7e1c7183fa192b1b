#include "python/missing_module.hpp"

#include <algorithm>
#include <regex>
#include <set>

#include "model/distribution.hpp"
#include "model/error.hpp"
#include "model/text.hpp"
#include "project/folder_links.hpp"
#include "project/module_rules.hpp"
#include "project/pyproject.hpp"
#include "python/requirement_list.hpp"

namespace lbundle {

namespace {

// "" if the runtime does not have it, else the name of its distribution.
std::string of_runtime(const std::string& name, const std::string& requirement, const Runtime& runtime) {
  if (runtime.language == Language::nodejs) {
    const auto scope = name.substr(0, name.find('/'));
    return runtime.preinstalled.contains(scope) ? scope : std::string();
  }
  for (const auto& [distribution, version] : runtime.preinstalled)
    if (distribution == normalised_name(requirement)) return distribution;
  return {};
}

// "extras = [\"api\"]" if a set of the manifest that the function does not ask for has the requirement.
std::string set_with(const std::string& requirement, const Function& function) {
  if (!function.requirements) return {};
  auto manifest = *function.requirements;
  if (manifest.extension() == ".lock")
    manifest =
        manifest.parent_path() / (manifest.filename() == "Pipfile.lock" ? "Pipfile" : "pyproject.toml");
  boost::system::error_code ignored;
  if (manifest.extension() == ".txt" || !fs::is_regular_file(manifest, ignored)) return {};
  try {
    const auto sets = dependency_sets(manifest);
    for (const auto& [key, known] : {std::pair("extras", sets.extras), std::pair("groups", sets.groups)}) {
      for (const auto& [name, lines] : known) {
        for (const auto& line : lines)
          for (const auto& each : parse_requirement_list(line, manifest.parent_path()).requirements)
            if (normalised_name(each.name) == normalised_name(requirement))
              return format("{} = [\"{}\"]", key, name);
      }
    }
  } catch (const Error&) {
    // The manifest's own mistakes are reported elsewhere.
  }
  return {};
}

std::string place_of_requirements(const Function& function) {
  if (!function.requirements)
    return function.runtime.language == Language::nodejs
               ? "a package.json with its package-lock.json, named as `requirements` under [function]"
               : "a requirements.txt, named as `requirements` under [function]";
  const auto file = function.lock_file.value_or(*function.requirements).filename().string();
  if (file == "package-lock.json")
    return "the dependencies of package.json (npm's devDependencies are not installed), and lock again";
  return file.ends_with(".lock") ? format("the project that {} locks, and lock again", file) : file;
}

// The module `top` in the project's folder, in a folder above it in the repository, or in a folder directly
// below one of these; empty if there is none.
HostPath own_module(const std::string& top, const HostPath& project) {
  if (project.empty()) return {};
  boost::system::error_code ignored;
  const auto module_in = [&](const HostPath& folder) {
    if (fs::exists(folder / top / "__init__.py", ignored)) return folder / top;
    if (fs::is_regular_file(folder / (top + ".py"), ignored)) return folder / (top + ".py");
    return HostPath();
  };
  const auto last = folder_of_links(project);
  for (auto at = fs::canonical(project, ignored);; at = at.parent_path()) {
    if (auto found = module_in(at); !found.empty()) return found;
    std::set<HostPath> folders;
    for (fs::directory_iterator entry(at, ignored), end; entry != end; entry.increment(ignored)) {
      const auto name = entry->path().filename().string();
      if (!name.starts_with('.') && name != "node_modules" &&
          fs::is_directory(entry->symlink_status(ignored)))
        folders.insert(entry->path());
    }
    for (const auto& folder : folders)
      if (auto found = module_in(folder); !found.empty()) return found;
    if (at == last || at == at.root_path()) return {};
  }
}

std::string way_to_bundle(const HostPath& own, const HostPath& project) {
  boost::system::error_code ignored;
  const auto path = own.lexically_relative(fs::canonical(project, ignored));
  const auto name = own.filename().string();
  if (path.parent_path().empty())
    return format("add \"{}{}\" to `function.source`", name, own.extension() == ".py" ? "" : "/**");
  return format("write [[source]] with from = \"{}\" and to = \"{}\"", path.string(), name);
}

}  // namespace

MissingModule explain_missing(const std::string& name, const Function& function, const HostPath& project) {
  const bool node = function.runtime.language == Language::nodejs;
  const auto parts = name.starts_with('@') ? name.find('/', name.find('/') + 1) : name.find(node ? '/' : '.');
  const auto top = name.substr(0, parts);
  if (const auto own = node ? HostPath() : own_module(top, project); !own.empty()) {
    return {top, format("{} is not among the function's own files", own.string()),
            way_to_bundle(own, project)};
  }
  const auto requirement = node ? top : requirement_of_module(name);
  const auto of = of_runtime(top, requirement, function.runtime);
  if (!of.empty() && !function.leave_preinstalled) {
    return {
        top,
        format(
            "the requirements do not bring '{}'; the runtime has it, but with preinstalled = \"bundle\", the "
            "default, events do not see the runtime's packages",
            top),
        format("write preinstalled = \"runtime\" under [stage], as Lambda's runtime brings {}; or bundle it: "
               "add "
               "{} to {}",
               of, requirement, place_of_requirements(function))};
  }
  MissingModule missing{top, format("neither the requirements nor the runtime bring '{}'", top), ""};
  if (const auto set = set_with(requirement, function); !set.empty()) {
    missing.hint = format("write {} under [function], which has {}", set, requirement);
  } else {
    missing.hint = format("add {} to {}", requirement, place_of_requirements(function));
  }
  return missing;
}

std::optional<std::string> missing_module_in(const std::string& text, Language language) {
  static const std::regex python("No module named '([^']{1,300})'");
  static const std::regex node("Cannot find (?:module|package) '([^']{1,300})'");
  std::smatch found;
  if (!std::regex_search(text, found, language == Language::python ? python : node)) return std::nullopt;
  return found[1];
}

}  // namespace lbundle
