// The static lbundle-trace that runs inside sandboxes and containers.
#pragma once

#include <string>

#include "model/host_path.hpp"
#include "project/project.hpp"

namespace lbundle {

// The tracer beside this program, or in ../libexec/lbundle if lbundle is installed. Throws Error ("cannot
// find 'lbundle-trace': …").
HostPath tracer_program();

// The digest of the tracer's bytes, for cache keys.
std::string tracer_version();

// The name of a method on the tracer's command line and in its log: "notify".
const char* tracer_method(TraceMethod method);

}  // namespace lbundle
