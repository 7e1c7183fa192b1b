// lbundle's own Python programs: the modules of the package lbundle_scripts, run by an interpreter.
#pragma once

#include <string>
#include <vector>

#include "model/digest.hpp"
#include "os/spawn.hpp"
#include "python/interpreter.hpp"

namespace lbundle {

// What a program sees of the interpreter's surroundings. No variant writes bytecode beside the package.
enum class PythonStart {
  bare,           // -I -S: only the standard library; no environment variables, no installed packages
  with_packages,  // -I: the installed packages as well
  seeded,         // as bare, but with the hash seed 0, so that sets have the same order in every run
};

// Returns the words that run the module `script` of lbundle_scripts ("reach") with those arguments, for a
// caller that passes them to another program. Do not use this with PythonStart::seeded: only
// run_python_script sets the seed.
std::vector<std::string> python_script_command(const Interpreter& interpreter, PythonStart start,
                                               const std::string& script,
                                               const std::vector<std::string>& arguments);

// Runs the module to its end, as run() does. `settings` has the input, environment, folder and time limit.
// The arguments in `settings` are ignored. For PythonStart::seeded its environment is replaced.
ProcessEnd run_python_script(const Interpreter& interpreter, PythonStart start, const std::string& script,
                             const std::vector<std::string>& arguments, Command settings = {});

// The digest of the whole package, for the cache keys of what its programs produce.
const Digest& python_scripts_digest();

// Returns the folder of the package. It is below the user's cache folder, under a name made from its content.
// The first call writes the package; if it is damaged, it is written again. Throws Error if the cache cannot
// be written.
HostPath python_scripts_folder();

}  // namespace lbundle
