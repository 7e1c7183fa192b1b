#pragma once

#include <optional>

namespace lbundle::tracer {

/// What the program gives up before it does anything else. A sandbox in which it starts asks for this,
/// because the programs that make sandboxes cannot do it all.
struct Confinement {
  struct Ids {
    unsigned user = 0;
    unsigned group = 0;
  };
  std::optional<Ids> ids;    ///< becomes this user and group, with no other group and no capability
  bool own_signals = false;  ///< signals reach only processes that started after this
  int filter_fd = -1;        ///< a seccomp filter for this process and all that it starts, or -1
  int close_fd = -1;         ///< a descriptor that was for the maker of the sandbox alone, or -1
};

/// Throws TraceError if something cannot be given up. Signals are an exception: kernels before Linux 6.12
/// cannot confine them, and then they stay as they are.
void confine(const Confinement& confinement);

}  // namespace lbundle::tracer
