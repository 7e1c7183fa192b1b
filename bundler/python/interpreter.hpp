// The interpreter that stands for the runtime's: one of this machine, or one that lbundle fetched.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/host_path.hpp"
#include "project/runtime.hpp"

namespace lbundle {

struct Interpreter {
  HostPath program;       // the real binary, no shim: what sys.executable resolves to
  std::string version;    // "3.11.2"
  std::string cache_tag;  // "cpython-311"
  HostPath prefix;        // sys.base_prefix
  HostPath stdlib;        // folder of os.py
  std::vector<HostPath>
      site_packages;  // folders whose content belongs to this machine and must be hidden from events
  // The system root that it belongs to, with a C library of its own (python/system_root.hpp); empty: this
  // machine's own system. All paths above are paths of this machine, below the root.
  HostPath root;
  std::string packages;  // hexadecimal digest of the names and versions of the root's packages; else empty
  std::string origin;    // where lbundle fetched it from: "Debian trixie"; empty: found on this machine
};

// What a search along PATH and in the usual places gave.
struct InterpreterSearch {
  std::optional<Interpreter> found;
  std::string
      others;  // the first one of another version, for a message: "/usr/bin/python3 is 3.11.2"; or empty
};

// Looks for an interpreter of the minor version `version` ("3.13"); pyenv shims are resolved.
InterpreterSearch look_for_interpreter(const std::string& version);

// The same for a runtime. Throws Error ("cannot find 'python3.11': …") with what to install.
Interpreter find_interpreter(const Runtime& runtime);

// What `program` says of itself. It is below `root`, or `root` is empty. Nothing where it does not run.
std::optional<Interpreter> ask_interpreter(const HostPath& program, const HostPath& root);

// Any Python from 3.9 on, for scripts of ours that run beside a function in another language. Throws Error.
Interpreter find_any_python();

}  // namespace lbundle
