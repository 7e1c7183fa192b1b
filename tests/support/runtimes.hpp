// Runtimes for tests that need one, without lbundle's own data.
#pragma once

#include "project/runtime.hpp"

namespace lbundle {

inline Runtime python_runtime(const std::string& version) {
  Runtime runtime;
  runtime.name = "python" + version;
  runtime.version = version;
  runtime.os = "Amazon Linux 2";
  runtime.glibc = "2.26";
  runtime.architectures = {"x86_64", "arm64"};
  runtime.library_path = {"/var/lang/lib",    "/lib64",    "/usr/lib64",    "/var/runtime",
                          "/var/runtime/lib", "/var/task", "/var/task/lib", "/opt/lib"};
  runtime.provided_libraries = {"libstdc++.so.6", "libgcc_s.so.1"};
  return runtime;
}

}  // namespace lbundle
