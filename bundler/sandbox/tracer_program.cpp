#include "sandbox/tracer_program.hpp"

#include "model/error.hpp"
#include "os/digest_of.hpp"

namespace lbundle {

HostPath tracer_program() {
  static const auto program = [] {
    const auto folder = fs::read_symlink("/proc/self/exe").parent_path();
    for (const auto& candidate : {folder / "lbundle-trace", folder / "../libexec/lbundle/lbundle-trace"}) {
      boost::system::error_code ignored;
      if (fs::is_regular_file(candidate, ignored)) return fs::canonical(candidate);
    }
    throw Error("find", "lbundle-trace", "it is not beside " + (folder / "lbundle").string(),
                "install it together with lbundle");
  }();
  return program;
}

std::string tracer_version() {
  static const auto version = to_hex(digest_of_file(tracer_program()));
  return version;
}

const char* tracer_method(TraceMethod method) {
  switch (method) {
    case TraceMethod::automatic:
      return "auto";
    case TraceMethod::notify:
      return "notify";
    case TraceMethod::ptrace:
      return "ptrace";
    case TraceMethod::fanotify:
      return "fanotify";
    case TraceMethod::atime:
      return "atime";
  }
  return "auto";
}

}  // namespace lbundle
