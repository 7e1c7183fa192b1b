// The static lbundle-trace that enters sandboxes and containers.
#pragma once

#include <string>

#include "model/host_path.hpp"

namespace lbundle {

// Beside this program, or in ../libexec/lbundle of where it is installed. Throws Error ("cannot find
// 'lbundle-trace': …").
HostPath tracer_program();

// Names the tracer's own bytes, for keys of caches.
std::string tracer_version();

}  // namespace lbundle
