// The interpreter that the first line of a script names.
#pragma once

#include <string>
#include <string_view>

#include "package/package_use.hpp"

namespace lbundle {

struct ScriptInterpreter {
  std::string program;   // "/usr/bin/env"
  std::string argument;  // as the kernel passes it, as one: "-S node --enable-source-maps"; may be empty
};

// Reads the first line of a script, which begins with "#!". A final CR is left out.
ScriptInterpreter interpreter_of(std::string_view line);

// What is wrong with an interpreter; without a message, nothing.
struct InterpreterFault {
  Severity severity = Severity::error;
  std::string message, hint;
};

// Finds out whether the interpreter is there when Lambda starts the script: in the runtime's system, in the
// zip, or in a layer. Of the programs of a system, only those of provided runtimes are known.
InterpreterFault fault_of(const ScriptInterpreter& interpreter, const PackageFiles& package,
                          const PackageUse& use);

}  // namespace lbundle
