#include "stages/scope.hpp"

#include <sys/utsname.h>

#include "backend/bubblewrap.hpp"
#include "model/error.hpp"
#include "model/text.hpp"

namespace lbundle {

namespace {

std::string architecture_of_this_machine() {
  utsname machine{};
  uname(&machine);
  const std::string name = machine.machine;
  return name == "aarch64" ? "arm64" : name;
}

}  // namespace

void require_stageable(const Project& project) {
  const auto& function = project.function;
  if (function.runtime.language == Language::provided) {
    throw Error("stage", function.name,
                format("runtime {} is known, but only Python's and Node.js's can be staged so far",
                       function.runtime.name),
                "stage the tree yourself; `lbundle pack` and `lbundle check` take any folder and any zip");
  }
  if (function.runtime.language == Language::nodejs && project.backend == BackendChoice::container) {
    throw Error("stage", function.name, "npm runs on this machine so far, not in a container",
                "take backend = \"host\"");
  }
}

void require_bundleable(const Project& project) {
  require_stageable(project);
  const auto& function = project.function;
  if (function.runtime.language == Language::python) return;
  throw Error("bundle", function.name,
              format("events of {} cannot be run so far, and without them nothing is known of what it needs",
                     function.runtime.name),
              "`lbundle stage` makes its tree; `lbundle pack` makes a zip of it, `lbundle check` judges one");
}

std::optional<Error> why_not_runnable(const Project& project) {
  const auto& function = project.function;
  const auto here = architecture_of_this_machine();
  if (here != to_text(function.architecture)) {
    return Error("run", "the events of " + function.name,
                 format("the function is for {}, this machine is {}", to_text(function.architecture), here),
                 "run lbundle on a machine of that architecture, or with --frozen, which runs no event");
  }
  return std::nullopt;
}

std::optional<Error> why_no_sandbox(const Backend& backend) {
  if (backend.running) return std::nullopt;
  try {
    require_bubblewrap();
  } catch (const Error& error) {
    return error;
  }
  return std::nullopt;
}

void require_runnable(const Project& project) {
  require_bundleable(project);
  if (const auto obstacle = why_not_runnable(project)) throw *obstacle;
}

}  // namespace lbundle
