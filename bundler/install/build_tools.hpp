// Gives builds of Python packages their build tools, setuptools and wheel, at pinned versions.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "cache/store.hpp"
#include "install/build_sandbox.hpp"
#include "project/project.hpp"
#include "python/interpreter.hpp"
#include "python/pip.hpp"

namespace lbundle {

// A run of pip that builds a wheel.
struct PipRun {
  BuildSandbox sandbox;
  std::map<std::string, std::string> environment;
  std::vector<std::string> command;
};

// Runs pip so that builds take the build tools of rules/tools.toml, which they also find where a list forbids
// the index. Sources that need other versions of them get those. `folder` can be written to, and the sandbox
// shows it. Throws as run_pip does.
PipEnd run_with_build_tools(const PipRun& pip, const Function& function, const Interpreter& interpreter,
                            const Store& store, const HostPath& folder);

}  // namespace lbundle
