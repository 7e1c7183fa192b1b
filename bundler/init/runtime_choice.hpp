// Which runtime the function is for.
#pragma once

#include <optional>
#include <vector>

#include "init/found.hpp"
#include "project/runtime.hpp"
#include "python/interpreter.hpp"

namespace lbundle::init {

// The runtime that the files of the project name, in this order: a description, .python-version, .nvmrc and
// their like, requires-python, engines. If none does: this machine's Python, or else the runtime that AWS
// recommends to move to (rules/other-runtimes.toml). Throws Error with the way out if lbundle cannot bundle
// for the named runtime. `folders`: where to look, in order.
Text choose_runtime(const std::optional<Text>& described, Language language,
                    const std::vector<HostPath>& folders, const HostPath& folder,
                    const std::optional<Interpreter>& python);

// The newest runtime that starts a program of the function's own: "provided.al2023".
std::string newest_provided();

}  // namespace lbundle::init
