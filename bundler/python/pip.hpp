// Wheels for a runtime, by pip.
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

// The platform tags whose wheels run on the runtime, best first: every manylinux of its glibc or an older
// one, by all their names, and last what was built for Linux without a promise. Source: PEP 600 and, for the
// old names, PEP 513, 571, 599.
std::vector<std::string> platform_tags(const Runtime& runtime, Architecture architecture);

// The environment for pip: the user's, whose indexes and proxies it needs, less what would send packages
// elsewhere.
std::map<std::string, std::string> pip_environment();

// pip's options for wheels of the function's runtime and architecture, and for nothing else.
std::vector<std::string> runtime_arguments(const Function& function);

// As wheels name it: "x86_64", "aarch64".
const char* machine_name(Architecture architecture);

// The requirement that pip found no wheel for; empty where its log tells of something else.
std::string requirement_without_wheel(const std::string& log);

// True where pip's log, or its end, tells of a build that failed, not of what came before it.
bool tells_of_a_build(const std::string& log);

// What pip's log says in its own words, in ours, with the log's end.
Error pip_error(const std::string& log, const Function& function);

// "numpy==1.26.4", a line for each wheel in `folder`, of whose name the first two parts are distribution and
// version (PEP 427).
std::string pins_of(const HostPath& folder);

// Names all that decides what install_requirements gives: the requirements with the files they name, the
// runtime, the architecture, pip's indexes. Throws Error for a file that is not there.
Digest requirements_key(const Function& function, const Interpreter& interpreter);

// pip as the interpreter runs it, wherever pip lies: it evaluates markers for the interpreter that runs it,
// and for `architecture`. Its own arguments go behind. Throws Error where there is none.
std::vector<std::string> pip_command(const Interpreter& interpreter, Architecture architecture);

// A Python that can import pip, as it describes itself.
struct PythonWithPip {
  HostPath folder;       // of the package pip, as the interpreter's own system names it
  HostPath program;      // what sys.executable resolves to
  std::string identity;  // "3.11 linux-x86_64"
};

// Nothing where the interpreter has no pip, does not run, or is older than `oldest` ("3.9", or empty).
std::optional<PythonWithPip> describe_pip(const Interpreter& interpreter, const std::string& oldest = "");

// The folder of the package pip that pip_command runs, as the interpreter's own system names it.
HostPath pip_folder(const Interpreter& interpreter);

// How a pip ended that may ask for sources.
struct PipEnd {
  std::string log;
  // Where that is what it failed for: a requirement that no wheel fits, as pip names it ("speedup==1.0").
  std::string without_wheel;
};

// Runs pip to its end, in the folder of the requirements. Throws pip_error, but for a requirement that no
// wheel fits.
PipEnd run_pip(const Function& function, const std::vector<std::string>& command,
               std::map<std::string, std::string> environment);

// Downloads what `request` (pip's arguments: "-r", "requirements.txt") asks for into `folder`, as wheels for
// the runtime and for nothing else. Throws Error that names the requirement that failed, with the end of
// pip's log.
PipEnd download_wheels(const Function& function, const Interpreter& interpreter, const Store& store,
                       const std::vector<std::string>& request, const HostPath& folder);

// Exactly the wheels of the folder `wheels`, whatever indexes and constraints the user has, installed into
// the folder `target`, without bytecode.
void install_wheels(const HostPath& wheels, const Function& function, const Interpreter& interpreter,
                    const Store& store, const HostPath& target);

// AWS's runtime interface client (awslambdaric on PyPI) for the runtime, installed into `target`, which is
// made; from `store` or, where that has it not, from the index. False, and no folder, where it cannot be had:
// events then run without it.
bool install_runtime_client(const Function& function, const Interpreter& interpreter, const Store& store,
                            const HostPath& target);

}  // namespace lbundle
