// Downloads and installs wheels for a runtime, with pip.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cache/store.hpp"
#include "model/error.hpp"
#include "project/project.hpp"
#include "python/interpreter.hpp"

namespace lbundle {

// Returns the platform tags of wheels that run on the runtime, best first: every manylinux of its glibc or an
// older one, under all its names, and last "linux", the tag of wheels that promise no glibc version. Source:
// PEP 600 and, for the old names, PEP 513, 571, 599.
std::vector<std::string> platform_tags(const Runtime& runtime, Architecture architecture);

// Returns the environment for pip: the user's, because pip needs its indexes and proxies, without the
// variables that would make pip install elsewhere.
std::map<std::string, std::string> pip_environment();

// Returns pip's options that allow only wheels for the function's runtime and architecture.
std::vector<std::string> runtime_arguments(const Function& function);

// The architecture as wheels name it: "x86_64", "aarch64".
const char* machine_name(Architecture architecture);

// Returns the requirement for which pip found no wheel; empty if pip's log reports another problem.
std::string requirement_without_wheel(const std::string& log);

// True if pip's log, or its end, reports that a build failed, and not that something failed before the build.
bool reports_failed_build(const std::string& log);

// Returns an Error that explains pip's log in lbundle's words, with the log's end as its detail.
Error pip_error(const std::string& log, const Function& function);

// Returns one line "numpy==1.26.4" for each wheel in `folder`. The first two parts of a wheel's file name are
// distribution and version (PEP 427).
std::string pins_of(const HostPath& folder);

// Returns a key of everything that decides which wheels the requirements give: the requirements with the
// files that they name, the runtime, the architecture, pip's indexes. Throws Error if a file is missing.
Digest requirements_key(const Function& function, const Interpreter& interpreter);

// Returns the words that run pip in the interpreter, wherever pip is installed. pip evaluates markers for
// this interpreter and for `architecture`. The caller appends pip's own arguments. Throws Error if there is
// no pip.
std::vector<std::string> pip_command(const Interpreter& interpreter, Architecture architecture);

// A Python that can import pip, as it describes itself.
struct PythonWithPip {
  HostPath folder;       // of the package pip, as the interpreter's own system names it
  HostPath program;      // what sys.executable resolves to
  std::string identity;  // "3.11 linux-x86_64"
};

// Returns nothing if the interpreter has no pip, does not run, or is older than `oldest` ("3.9", or empty for
// any).
std::optional<PythonWithPip> describe_pip(const Interpreter& interpreter, const std::string& oldest = "");

// Returns the folder of the package pip that pip_command runs, as the interpreter's own system names it.
HostPath pip_folder(const Interpreter& interpreter);

// The result of a pip run that may fail because a requirement has no wheel.
struct PipEnd {
  std::string log;
  // If pip failed because no wheel fits a requirement: the requirement as pip names it ("speedup==1.0"). Else
  // empty.
  std::string without_wheel;
};

// Runs pip to its end, in the folder of the requirements. Throws pip_error() if pip fails, unless it fails
// because no wheel fits a requirement.
PipEnd run_pip(const Function& function, const std::vector<std::string>& command,
               std::map<std::string, std::string> environment);

// Downloads what `request` (pip's arguments: "-r", "requirements.txt") asks for into `folder`: only wheels,
// and only for the runtime. If no wheel fits a requirement, the result says which. Throws Error with the end
// of pip's log for any other failure.
PipEnd download_wheels(const Function& function, const Interpreter& interpreter, const Store& store,
                       const std::vector<std::string>& request, const HostPath& folder);

// Installs exactly the wheels of the folder `wheels` into the folder `target`, without bytecode. The user's
// indexes and constraints do not matter.
void install_wheels(const HostPath& wheels, const Function& function, const Interpreter& interpreter,
                    const Store& store, const HostPath& target);

// Installs AWS's runtime interface client (awslambdaric on PyPI) for the runtime into the folder `target`,
// which it makes. `store` keeps the installed client for all projects of the runtime; pip fetches it from the
// index if the store does not have it. Returns false, and makes no folder, if the client cannot be had:
// events then run without it.
bool install_runtime_client(const Function& function, const Interpreter& interpreter, const Store& store,
                            const HostPath& target);

}  // namespace lbundle
