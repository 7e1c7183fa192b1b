// The interpreter on this machine that stands for the runtime's.
#pragma once

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
};

// Looks along PATH and in the usual places for an interpreter of the runtime's minor version; pyenv shims are
// resolved. Throws Error ("cannot find 'python3.11': …") with what to install.
Interpreter find_interpreter(const Runtime& runtime);

// Any Python from 3.9 on, for scripts of ours that run beside a function in another language. Throws Error.
Interpreter find_any_python();

}  // namespace lbundle
