// Wheels for a runtime, by pip.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "cache/store.hpp"
#include "model/error.hpp"
#include "project/project.hpp"
#include "python/interpreter.hpp"

namespace lbundle {

// The platform tags whose wheels run on the runtime, best first: every manylinux of its glibc or an older
// one, by all their names, and last what was built for Linux without a promise. Source: PEP 600 and, for the
// old names, PEP 513, 571, 599.
std::vector<std::string> platform_tags(const Runtime& runtime, Architecture architecture);

// The paths that a requirements file names, itself and those it names in turn first. They need not be there.
struct RequirementFiles {
  std::vector<HostPath> lists;     // requirements and constraints
  std::vector<HostPath> packages;  // local wheels and folders to install
  std::vector<HostPath> indexes;   // local --find-links
};
// Throws Error for a list that cannot be read.
RequirementFiles requirement_files(const HostPath& file);

// The environment for pip: the user's, whose indexes and proxies it needs, less what would send packages
// elsewhere.
std::map<std::string, std::string> pip_environment();

// What pip's log says in its own words, in ours, with the log's end.
Error pip_error(const std::string& log, const Function& function);

// "numpy==1.26.4", a line for each wheel in `folder`, of whose name the first two parts are distribution and
// version (PEP 427).
std::string pins_of(const HostPath& folder);

// Names all that decides what install_requirements gives: the requirements with the files they name, the
// runtime, the architecture, pip's indexes. Throws Error for a file that is not there.
Digest requirements_key(const Function& function, const Interpreter& interpreter);

// Installs the requirements of `function` into the folder `target`, as wheels for the runtime and for nothing
// else, without bytecode. The wheels stay in `store`: once there, nothing is downloaded again. Throws Error
// that names the requirement that failed, with the end of pip's log.
void install_requirements(const Function& function, const Interpreter& interpreter, const Store& store,
                          const HostPath& target);

// AWS's runtime interface client (awslambdaric on PyPI) for the runtime, installed into `target`, which is
// made; from `store` or, where that has it not, from the index. False, and no folder, where it cannot be had:
// events then run without it.
bool install_runtime_client(const Function& function, const Interpreter& interpreter, const Store& store,
                            const HostPath& target);

}  // namespace lbundle
