#include "install/build_tools.hpp"

#include <regex>

#include "cache/inventory.hpp"
#include "model/error.hpp"
#include "model/text.hpp"
#include "os/atomic_file.hpp"
#include "os/digest_of.hpp"
#include "os/log.hpp"
#include "os/temp_dir.hpp"
#include "project/tool_pins.hpp"

namespace lbundle {

namespace {

using PipVariables = std::map<std::string, std::string>;

// The wheels of the build tools that most sources need, for this interpreter. Empty if they cannot be
// fetched: pip then looks for them itself.
HostPath wheels_of_build_tools(const Function& function, const Interpreter& interpreter, const Store& store) {
  const auto& tools = tool_pins("build-tools").packages;
  KeyBuilder key;
  key.add("build tools 1").add(interpreter.version);
  for (const auto& package : tools) key.add(package);
  auto wheels = store.folder() / "wheels" / to_hex(key.key());
  mark_used(wheels);
  if (fs::is_directory(wheels)) return wheels;
  std::vector<std::string> request{"--no-deps", "--retries", "0", "--timeout", "10"};
  request.insert(request.end(), tools.begin(), tools.end());
  try {
    TempDir filling(store.folder() / "wheels", "filling");
    const auto end = download_wheels(function, interpreter, store, request, filling.path());
    if (!end.without_wheel.empty()) return {};
    filling.publish_unless_there(wheels);
    return wheels;
  } catch (const Error& error) {
    log_detail(format("no pinned build tools: {}", error.what()));
    return {};
  }
}

void append_word(PipVariables& environment, const char* name, const std::string& word) {
  auto& value = environment[name];
  value += (value.empty() ? "" : " ") + word;
}

// Lets builds find the pinned build tools, also where a list forbids the index. `pinned`: they must take
// these versions. pip 25.3 and later take the versions from the second variable.
void offer_build_tools(PipVariables& environment, BuildSandbox& sandbox, const HostPath& wheels,
                       const HostPath& folder, bool pinned) {
  // pip divides these variables at blanks.
  if (wheels.empty() || wheels.string().find(' ') != std::string::npos) return;
  sandbox.show(wheels);
  append_word(environment, "PIP_FIND_LINKS", wheels.string());
  if (!pinned) return;
  const auto list = folder / "build-tools.txt";
  write_file(list, pins_of(wheels));
  for (const auto* name : {"PIP_CONSTRAINT", "PIP_BUILD_CONSTRAINT"})
    append_word(environment, name, list.string());
}

// True if pip's log says that sources want other versions of the build tools than the pinned ones.
bool refuses_pinned_tools(const std::string& log) {
  static const std::regex sentence(
      "The user requested \\(constraint\\)|conflicting dependencies|ResolutionImpossible|No matching "
      "distribution "
      "found for (setuptools|wheel)");
  return std::regex_search(log, sentence);
}

}  // namespace

PipEnd run_with_build_tools(const PipRun& pip, const Function& function, const Interpreter& interpreter,
                            const Store& store, const HostPath& folder) {
  const auto tools = wheels_of_build_tools(function, interpreter, store);
  const auto attempt = [&](bool pinned) {
    auto sandbox = pip.sandbox;
    auto environment = pip.environment;
    offer_build_tools(environment, sandbox, tools, folder, pinned);
    return run_pip(function, sandbox.around(pip.command), environment);
  };
  if (tools.empty()) return attempt(false);
  try {
    auto end = attempt(true);
    if (end.without_wheel.empty() || !refuses_pinned_tools(end.log)) return end;
  } catch (const Error& error) {
    if (!refuses_pinned_tools(error.detail())) throw;
  }
  return attempt(false);
}

}  // namespace lbundle
