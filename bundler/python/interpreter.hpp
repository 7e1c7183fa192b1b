// The Python that runs in place of the runtime's own: found on this machine, or fetched by lbundle.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/host_path.hpp"
#include "project/runtime.hpp"

namespace lbundle {

struct Interpreter {
  HostPath program;                     // the real binary, not a shim: what sys.executable resolves to
  std::string version;                  // "3.11.2"
  std::string cache_tag;                // "cpython-311"
  HostPath prefix;                      // sys.base_prefix
  HostPath stdlib;                      // folder of os.py
  std::vector<HostPath> site_packages;  // hidden from events: folders whose content belongs to this machine
  // The system root that the interpreter belongs to, with its own C library (python/system_root.hpp). Empty:
  // this machine's own system. All paths above are paths of this machine, below the root.
  HostPath root;
  std::string packages;  // hexadecimal digest of the root's package names and versions; or empty
  std::string origin;    // where lbundle fetched it from: "Debian trixie"; empty: found on this machine
};

// The result of a search along PATH and in the usual places.
struct InterpreterSearch {
  std::optional<Interpreter> found;
  std::string others;  // the first of another version, as in "/usr/bin/python3 is 3.11.2"; or empty
};

// Looks for an interpreter of the minor version `version` ("3.13"). pyenv shims are resolved.
InterpreterSearch look_for_interpreter(const std::string& version);

// Looks for an interpreter of each of the minor versions, as look_for_interpreter does, all at once. Returns
// those that were found. A program that does not answer within `limit` is none.
std::map<std::string, Interpreter> interpreters_here(const std::vector<std::string>& versions,
                                                     std::chrono::milliseconds limit);

// Returns the interpreter for a runtime. Throws Error ("cannot find 'python3.11': …"), whose hint says what
// to install.
Interpreter find_interpreter(const Runtime& runtime);

// Runs `program` and returns what it says about itself. `program` is below `root`, or `root` is empty.
// Returns nothing if it does not run, or does not answer within `limit`.
std::optional<Interpreter> ask_interpreter(const HostPath& program, const HostPath& root,
                                           std::chrono::milliseconds limit = std::chrono::seconds(10));

// Returns any Python of version 3.9 or later, for lbundle's own scripts that run beside a function in another
// language. Throws Error if there is none.
Interpreter find_any_python();

}  // namespace lbundle
