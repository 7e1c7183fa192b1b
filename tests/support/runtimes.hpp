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
  runtime.provided_libraries = {"libc.so.6",  "libdl.so.2",    "libm.so.6",     "libpthread.so.0",
                                "librt.so.1", "libutil.so.1",  "libgcc_s.so.1", "libstdc++.so.6",
                                "libz.so.1",  "libresolv.so.2"};
  return runtime;
}

}  // namespace lbundle
