#include "init/dependencies.hpp"

#include <algorithm>
#include <array>
#include <regex>

#include "json/json.hpp"
#include "model/distribution.hpp"
#include "model/error.hpp"
#include "model/text.hpp"
#include "os/bytes.hpp"
#include "project/module_rules.hpp"
#include "project/pyproject.hpp"
#include "project/toml_document.hpp"

namespace lbundle::init {

namespace {

bool file_exists(const HostPath& path) {
  boost::system::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

// `code` and the folders above it, up to `folder`.
std::vector<HostPath> folders_between(const HostPath& code, const HostPath& folder) {
  std::vector<HostPath> folders;
  const auto relative = code.lexically_relative(folder).generic_string();
  if (!relative.empty() && !relative.starts_with(".."))
    for (auto at = code; at != folder && at.has_parent_path(); at = at.parent_path()) folders.push_back(at);
  folders.push_back(folder);
  return folders;
}

// Lock files first, then lists for pip by how likely they are the function's.
constexpr std::array python_lists = {"uv.lock",
                                     "poetry.lock",
                                     "Pipfile.lock",
                                     "requirements.txt",
                                     "requirements-lambda.txt",
                                     "requirements.lambda.txt",
                                     "requirements/lambda.txt",
                                     "requirements/prod.txt",
                                     "requirements/production.txt",
                                     "requirements/base.txt"};

// True if the file has dependencies in [project].
bool has_project_dependencies(const HostPath& file) {
  const TomlDocument document(file.filename().string(), read_text_file(file));
  for (const auto& entry : document.root().entries) {
    if (entry.key != "project" || entry.value.kind != TomlNode::Kind::table) continue;
    for (const auto& part : entry.value.entries)
      if (part.key == "dependencies") return !part.value.items.empty();
  }
  return false;
}

Requirements python_requirements(const HostPath& folder, const HostPath& code, bool is_sam) {
  for (const auto& at : folders_between(code, folder)) {
    const std::string place = at == folder ? "found in this folder" : "found beside the code";
    const auto found = [&](const char* name, const std::string& why) {
      return Requirements{at / name, why, ""};
    };
    if (is_sam && file_exists(at / "requirements.txt"))
      return found("requirements.txt", "SAM installs from it");
    for (const auto* name : python_lists) {
      if (!file_exists(at / name)) continue;
      const bool beside = std::string_view(name).ends_with(".lock") && file_exists(at / "requirements.txt");
      return found(name, beside ? "a lock file; requirements.txt is beside it" : place);
    }
    if (file_exists(at / "pyproject.toml") && has_project_dependencies(at / "pyproject.toml"))
      return found("pyproject.toml", "its [project] has dependencies, and there is no lock file");
  }
  return {};
}

// The requirement's name in the form in which names are compared.
std::string name_of_requirement(const std::string& line) {
  return normalised_name(line.substr(0, line.find_first_of(" <>=!~[;@#\t\r")));
}

// True if the list or lock file has the package.
bool lists(const HostPath& file, const std::string& package) {
  if (file.empty()) return false;
  const auto text = read_text_file(file);
  if (file.extension() == ".txt" || file.filename() == "pyproject.toml") {
    const std::regex line("(?:^|\\n|[\"'])\\s*" + package + "\\s*(?:[\\[<>=!~;@#\"',\\s]|$)",
                          std::regex::icase);
    return std::regex_search(text, line);
  }
  if (file.extension() == ".json") return text.find("node_modules/" + package + "\"") != std::string::npos;
  return text.find("\"" + package + "\"") != std::string::npos;
}

// Sets that hold tools of developers, whatever a function imports.
bool is_for_developers(const std::string& name) {
  static const std::set<std::string> names = {"dev", "test",   "tests",        "testing", "lint",  "docs",
                                              "doc", "typing", "dev-packages", "ci",      "format"};
  return names.contains(normalised_name(name));
}

// The sets that have a package which the code imports and which the main dependencies lack.
void choose_sets(const HostPath& file, const std::vector<Text>& outside, Dependencies& found) {
  const auto folder = file.parent_path();
  const auto source = folder / (file.filename() == "Pipfile.lock" ? "Pipfile" : "pyproject.toml");
  if (file.extension() == ".txt" || !file_exists(source)) return;
  const auto sets = dependency_sets(source);
  std::set<std::string> main;
  try {
    if (source.filename() == "pyproject.toml")
      for (const auto& line : project_dependencies(source)) main.insert(name_of_requirement(line));
  } catch (const Error&) {
    // Poetry's own tables: its extras name what is optional.
  }
  // The first set that has the package; one that was chosen already is enough.
  const auto choose = [&](const auto& each, const std::string& wanted, const Text& reason,
                          std::vector<Text>& chosen) {
    for (const auto& [name, lines] : each) {
      if (is_for_developers(name)) continue;
      if (std::ranges::none_of(lines, [&](const auto& line) { return name_of_requirement(line) == wanted; }))
        continue;
      if (std::ranges::find(chosen, name, &Text::value) == chosen.end())
        chosen.push_back({name, reason.from});
      return true;
    }
    return false;
  };
  for (const auto& import : outside) {
    const auto wanted = normalised_name(requirement_of_module(import.value));
    if (main.contains(wanted)) continue;
    const Text reason{wanted, format("{}, imports {}", import.from, import.value)};
    if (!choose(sets.extras, wanted, reason, found.extras)) choose(sets.groups, wanted, reason, found.groups);
  }
}

// AWS's SDK is imported and not listed, so the runtime's own is meant.
std::optional<Text> preinstalled_sdk(const std::vector<Text>& outside, const HostPath& list,
                                     const Runtime& runtime, const HostPath& folder) {
  const auto list_name =
      list.empty() ? "no list of dependencies is there" : shown(list, folder) + " does not list it";
  for (const auto& import : outside) {
    const auto scoped = import.value.starts_with('@');
    const auto owner = import.value.substr(0, import.value.find(scoped ? '/' : '.'));
    if (!runtime.preinstalled.contains(owner)) continue;
    const auto slash = import.value.find('/');
    const auto package = scoped ? import.value.substr(0, import.value.find('/', slash + 1)) : owner;
    if (lists(list, requirement_of_module(package))) continue;
    return Text{"runtime",
                format("{}, imports {}; {}, and the runtime has it", import.from, package, list_name)};
  }
  return std::nullopt;
}

Requirements npm_requirements(const HostPath& folder, const HostPath& code) {
  for (const auto& at : folders_between(code, folder)) {
    for (const auto* name : {"package-lock.json", "npm-shrinkwrap.json"})
      if (file_exists(at / name))
        return {at / name, at == folder ? "found in this folder" : "found beside the code", ""};
    if (!file_exists(at / "package.json")) continue;
    const auto name = shown(at / "package.json", folder);
    const auto package = parse_json(read_text_file(at / "package.json"), name);
    if (!package.is_object() || !package.contains("dependencies") || package["dependencies"].empty())
      continue;
    std::string other;
    for (const auto* lock : {"yarn.lock", "pnpm-lock.yaml", "bun.lock"})
      if (file_exists(at / lock)) other = format(", and lbundle does not read {}", lock);
    throw Error("lock the dependencies of", name, "there is no package-lock.json beside it" + other,
                "make one with `npm install --package-lock-only`, and run `lbundle init` again");
  }
  return {};
}

}  // namespace

Dependencies find_dependencies(const HostPath& folder, const HostPath& code, const Described& described,
                               const std::vector<Text>& outside, const Runtime& runtime) {
  Dependencies found;
  found.extras = described.extras;
  found.groups = described.groups;
  if (runtime.language == Language::provided) return found;
  if (described.requirements) {
    found.requirements = *described.requirements;
  } else if (runtime.language == Language::nodejs) {
    found.requirements = npm_requirements(folder, code);
  } else {
    found.requirements = python_requirements(folder, code, described.from.starts_with("template."));
  }
  const auto& file = found.requirements.file;
  if (!file.empty() && found.extras.empty() && found.groups.empty() && runtime.language == Language::python)
    choose_sets(file, outside, found);
  if (file.empty() || file.extension() == ".txt") {
    found.extras.clear();
    found.groups.clear();
  }
  if (found.requirements.text.find("boto3") == std::string::npos)
    found.preinstalled = preinstalled_sdk(outside, file, runtime, folder);
  for (const auto& import : outside) {
    const auto wanted = requirement_of_module(import.value);
    if (runtime.language != Language::python || !file.empty() || !found.requirements.text.empty()) break;
    if (runtime.preinstalled.contains(import.value.substr(0, import.value.find('.')))) continue;
    found.notes.push_back(
        format("{} imports {}, and no requirements.txt or lock file lists it", import.from, import.value));
  }
  return found;
}

}  // namespace lbundle::init
