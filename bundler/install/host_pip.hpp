// Requirements installed on this machine for the runtime.
#pragma once

#include "cache/store.hpp"
#include "project/project.hpp"
#include "python/interpreter.hpp"

namespace lbundle {

// Installs the requirements of `function` into the folder `target`, for the runtime and for nothing else,
// without bytecode: as wheels, and what has none compiled here. The wheels stay in `store`: once there,
// nothing is downloaded or compiled again. Throws Error that names the requirement that failed, with the end
// of pip's log.
void install_on_host(const Function& function, const Interpreter& interpreter, const Store& store,
                     const HostPath& target);

}  // namespace lbundle
