#include "doctor.hpp"

#include <functional>

#include "model/error.hpp"
#include "model/text.hpp"
#include "preflight/event_files.hpp"
#include "preflight/gather_facts.hpp"
#include "preflight/judge_machine.hpp"
#include "preflight/source_checks.hpp"
#include "python/obtain_interpreter.hpp"
#include "python/pip.hpp"
#include "python/requirement_list.hpp"
#include "report/build_report.hpp"
#include "settings_of.hpp"
#include "staging/workspace.hpp"
#include "unsupported.hpp"

namespace lbundle {

namespace {

Check check_of(const std::string& name, const Error& fault) {
  return blocking("project", name, "", fault.what(), fault.hint());
}

// The verdict of a question that returns a fault or throws one.
Check asked(const std::string& name, const std::string& found,
            const std::function<std::optional<Error>()>& question) {
  try {
    const auto fault = question();
    return fault ? check_of(name, *fault) : ok("project", name, found);
  } catch (const Error& error) {
    return check_of(name, error);
  }
}

// The index in a list of requirements; empty if it names none.
std::string index_of(const Function& function) {
  if (!function.requirements || function.requirements->extension() != ".txt") return {};
  for (const auto& option : read_requirement_list(*function.requirements).options) {
    for (const std::string_view name : {"--index-url", "-i"}) {
      if (!option.starts_with(name) || option.size() <= name.size()) continue;
      const auto rest = trimmed(std::string_view(option).substr(name.size()));
      return std::string(trimmed(rest.starts_with('=') ? rest.substr(1) : rest));
    }
  }
  return {};
}

// True if an earlier build left all that the requirements bring: the wheels in the cache or, where only
// another tool knows what its lock names, a staged tree.
bool has_packages(const Project& project, const std::optional<Interpreter>& interpreter, const Store& store) {
  const auto& function = project.function;
  boost::system::error_code ignored;
  if (function.requirements && function.requirements->extension() == ".txt" && interpreter)
    return fs::is_directory(store.folder() / "wheels" / to_hex(requirements_key(function, *interpreter)),
                            ignored);
  return fs::is_regular_file(project.workspace() / "staged.json", ignored);
}

std::optional<Error> fault_of_handler(const Project& project, const std::optional<Interpreter>& interpreter,
                                      const Store& store, unsigned jobs) {
  const auto layers = unpack_layers(project.layers, project.workspace(), jobs);
  const auto file = project.file.filename().string();
  const auto found = find_handler(
      project.function, handler_places(staging_inputs(project, layers), has_all_layers(project)), file);
  if (found.fault) return found.fault;
  // Without an interpreter of the runtime's version nobody can say what its source defines.
  const bool python = project.function.runtime.language == Language::python;
  if (python && !interpreter) return std::nullopt;
  return fault_of_function(found, project.function, interpreter.value_or(Interpreter{}), store, file);
}

Checks judge_project(const Project& project, const std::optional<Interpreter>& interpreter,
                     const Store& store, unsigned jobs) {
  const auto& function = project.function;
  Checks checks{
      asked("function",
            format("{}: {} on {}", function.name, function.runtime.name, to_text(function.architecture)),
            [&]() -> std::optional<Error> {
              require_bundleable(function);
              return why_not_runnable(function);
            })};
  checks.push_back(asked("events", count_text(project.events.size(), "event", "events"),
                         [&] { return fault_of_events(project.events, project.folder); }));
  checks.push_back(asked("handler", function.handler,
                         [&] { return fault_of_handler(project, interpreter, store, jobs); }));
  return checks;
}

}  // namespace

Examination examine(const ProjectToExamine& examined, const Store& store, unsigned jobs) {
  const auto& project = examined.project;
  Checks checks;
  if (examined.mistake) checks.push_back(check_of("project file", *examined.mistake));
  std::optional<Needs> needs;
  std::string index;
  if (project) {
    const auto& runtime = project->function.runtime;
    std::optional<Interpreter> interpreter;
    if (runtime.language == Language::python)
      interpreter = known_interpreter(runtime.version, project->stage.interpreter, store);
    needs = needs_of(*project, !why_not_runnable(project->function).has_value(),
                     has_packages(*project, interpreter, store));
    index = index_of(project->function);
    checks = judge_project(*project, interpreter, store, jobs);
  }
  const auto facts = gather_facts(needs, project ? project->folder : HostPath(), index, store);
  for (auto& check : judge_machine(facts, needs)) checks.push_back(std::move(check));
  return {project, std::move(checks)};
}

}  // namespace lbundle
