#include "unsupported.hpp"

#include <sys/utsname.h>

#include "model/error.hpp"
#include "model/text.hpp"
#include "os/bubblewrap.hpp"

namespace lbundle {

namespace {

std::string architecture_of_this_machine() {
  utsname machine{};
  uname(&machine);
  const std::string name = machine.machine;
  return name == "aarch64" ? "arm64" : name;
}

}  // namespace

void require_bundleable(const Function& function) {
  const auto language = function.runtime.language;
  if (language == Language::provided && function.requirements) {
    throw Error("bundle", function.name,
                format("{} has no package manager, and nothing is installed for it", function.runtime.name),
                "leave `requirements` out, and put what the executable needs beside it");
  }
  if (language == Language::provided && function.leave_preinstalled) {
    throw Error(
        "bundle", function.name,
        format("`preinstalled = \"runtime\"`: {} has no packages to leave out", function.runtime.name),
        "leave `preinstalled` out");
  }
}

std::optional<Error> why_not_runnable(const Function& function) {
  const auto here = architecture_of_this_machine();
  if (here != to_text(function.architecture)) {
    return Error(
        "run", "the events of " + function.name,
        format("the function is for {}, this machine is {}", to_text(function.architecture), here),
        "run lbundle on a machine of that architecture, or here with --frozen, which then runs no event");
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

}  // namespace lbundle
