// Installs requirements on this machine for the runtime.
#pragma once

#include "cache/store.hpp"
#include "project/project.hpp"
#include "python/interpreter.hpp"

namespace lbundle {

// Installs the requirements of `function` into the folder `target`, only for the runtime and without
// bytecode: from wheels, and from sources compiled here if there is no wheel. The wheels are kept in `store`,
// so nothing is downloaded or compiled a second time. Throws Error that names the requirement that failed,
// with the end of pip's log.
void install_on_host(const Function& function, const Interpreter& interpreter, const Store& store,
                     const HostPath& target);

}  // namespace lbundle
