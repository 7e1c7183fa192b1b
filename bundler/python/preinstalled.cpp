// Markers and extras of requirements are read as PEP 508 defines them, by required_names.py with pip's own
// copy of `packaging`. pip has just run, so one more start of Python costs little.
#include "python/preinstalled.hpp"

#include <sstream>
#include <vector>

#include "cache/inventory.hpp"
#include "json/json.hpp"
#include "model/error.hpp"
#include "model/text.hpp"
#include "os/digest_of.hpp"
#include "os/log.hpp"
#include "os/temp_dir.hpp"
#include "python/pip.hpp"
#include "python/script.hpp"

namespace lbundle {

namespace {

// Returns the folder that has pip with its copy of `packaging`. Empty if there is no pip: a container's pip
// may have installed everything on a machine that has none.
std::string place_of_pip(const Interpreter& interpreter) {
  try {
    return pip_folder(interpreter).parent_path().string();
  } catch (const Error&) {
    return {};
  }
}

// Returns, for each distribution, which ones it needs on that machine.
std::map<std::string, std::set<std::string>> needs_of(const FileSet& files,
                                                      const Distributions& distributions,
                                                      const Interpreter& interpreter,
                                                      Architecture architecture) {
  std::vector<std::string> names;
  Command command;
  command.environment = std::map<std::string, std::string>{{"LC_ALL", "C.UTF-8"}};
  for (const auto& [path, node] : files) {
    const auto* file = std::get_if<RegularFile>(&node);
    const auto* owner = distributions.owner_of(path);
    if (file == nullptr || owner == nullptr || path.name() != "METADATA") continue;
    require(!file->content.compressed, "a staged file is not compressed");
    names.push_back(owner->name);
    command.input += file->content.path.string() + '\0';
  }
  if (names.empty()) return {};
  const auto end = run_python_script(interpreter, PythonStart::bare, "required_names",
                                     {place_of_pip(interpreter), machine_name(architecture)}, command);
  if (!end.succeeded())
    throw Error("read", "the requirements of the installed packages",
                format("the interpreter ended with {}", describe(end)))
        .with_detail(end.error_output);
  std::map<std::string, std::set<std::string>> needs;
  std::istringstream lines(end.output);
  std::string line;
  for (const auto& name : names) {
    std::getline(lines, line);
    for (const auto& needed : Json::parse(line)) needs[name].insert(needed.get<std::string>());
  }
  return needs;
}

}  // namespace

std::set<std::string> left_to_runtime(const FileSet& files, const Distributions& distributions,
                                      const std::map<std::string, std::string>& preinstalled,
                                      const Interpreter& interpreter, Architecture architecture) {
  std::set<std::string> left;
  std::set<std::string> bundled;
  for (const auto& distribution : distributions.all)
    (preinstalled.contains(distribution.name) ? left : bundled).insert(distribution.name);
  const auto needs = needs_of(files, distributions, interpreter, architecture);
  std::vector<std::string> open(bundled.begin(), bundled.end());
  while (!open.empty()) {
    const auto name = open.back();
    open.pop_back();
    const auto found = needs.find(name);
    if (found == needs.end()) continue;
    for (const auto& needed : found->second) {
      if (left.erase(needed) > 0) open.push_back(needed);
    }
  }
  return left;
}

void install_preinstalled(const Function& function, const Interpreter& interpreter, const Store& store,
                          const HostPath& target) {
  remove_tree(target);
  std::vector<std::string> request{"--no-deps"};
  KeyBuilder key;
  key.add("preinstalled 1").add(function.runtime.version).add(interpreter.version);
  for (const auto& tag : platform_tags(function.runtime, function.architecture)) key.add(tag);
  for (const auto& [name, version] : function.runtime.preinstalled) {
    if (version.empty()) continue;
    request.push_back(format("{}=={}", name, version));
    key.add(request.back());
  }
  if (request.size() == 1) return;
  const auto wheels = store.folder() / "wheels" / to_hex(key.key());
  mark_used(wheels);
  try {
    if (!fs::is_directory(wheels)) {
      log_step(format("the packages of {} itself are fetched", function.runtime.name));
      TempDir filling(store.folder() / "wheels", "filling");
      const auto end = download_wheels(function, interpreter, store, request, filling.path());
      if (!end.without_wheel.empty()) throw pip_error(end.log, function);
      filling.publish_unless_there(wheels);
    }
    TempDir fresh(target.parent_path(), "preinstalled");
    install_wheels(wheels, function, interpreter, store, fresh.path());
    fresh.publish(target);
  } catch (const Error& error) {
    throw Error(
        "fetch", format("the packages that {} has", function.runtime.name), error.what(),
        "check the network and PIP_INDEX_URL; or leave `preinstalled = \"runtime\"` out of [stage], and "
        "list what the function imports")
        .with_detail(std::string(error.detail()));
  }
}

}  // namespace lbundle
