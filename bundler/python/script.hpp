// lbundle's own Python programs: the modules of the package lbundle_scripts, run by an interpreter.
#pragma once

#include <string>
#include <vector>

#include "model/digest.hpp"
#include "os/spawn.hpp"
#include "python/interpreter.hpp"

namespace lbundle {

// What of the interpreter's surroundings a program sees. No start writes bytecode beside the package.
enum class PythonStart {
  bare,           // -I -S: the standard library, no variable of the environment, no installed package
  with_packages,  // -I: the installed packages as well
  seeded,         // -s -S: like bare, and the hash seed is 0, so that sets have one order in every run
};

// The words that run the module `script` of lbundle_scripts ("reach") with those arguments, for a caller that
// hands them on to another program. PythonStart::seeded is not for it: run_python_script sets the seed.
std::vector<std::string> python_script_command(const Interpreter& interpreter, PythonStart start,
                                               const std::string& script,
                                               const std::vector<std::string>& arguments);

// Runs it to its end, as run() does. `settings` has the input, environment, folder and time limit. Its
// arguments are ignored; for PythonStart::seeded its environment is replaced.
ProcessEnd run_python_script(const Interpreter& interpreter, PythonStart start, const std::string& script,
                             const std::vector<std::string>& arguments, Command settings = {});

// A name of the whole package, for the keys of what its programs make.
const Digest& python_scripts_digest();

// Where the package lies: below the cache folder of the user, under a name that is made of its content. It is
// written at the first call, and again where it is damaged. Throws Error where the cache cannot be written.
HostPath python_scripts_folder();

}  // namespace lbundle
