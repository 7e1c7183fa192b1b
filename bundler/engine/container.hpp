// One program, run in a container that is gone afterwards.
#pragma once

#include <chrono>
#include <map>

#include "engine/engine.hpp"
#include "os/spawn.hpp"
#include "project/project.hpp"

namespace lbundle {

// An image and the engine that has it.
struct Container {
  Engine engine;
  EngineImage image;
};

// Who the program is. A caller who is not root is nobody else inside, so that files are theirs on both sides.
enum class ContainerUser {
  caller,
  lambda,  // for a root caller Lambda's unprivileged user, sbx_user1051
};

struct ContainerRun {
  std::vector<std::string> command;  // the program first, absolute
  std::vector<std::string> prefix;   // goes before the engine's own command line: a program that runs it
  std::string folder;                // inside, absolute: where it starts
  std::map<std::string, std::string> environment;
  std::vector<Mount> mounts;
  ContainerUser user = ContainerUser::caller;
  bool network = false;   // this machine's, otherwise loopback alone
  bool confined = false;  // read-only but for mounts and /tmp, no capabilities, no /dev/shm
  int memory = 0;         // MB for it and what it writes to /tmp; 0: no limit
  int tmp = 512;          // MB that /tmp holds where it is confined
  std::optional<std::chrono::milliseconds> time_limit;
};

// The engine's command line. Throws Error for a mount whose path the engines cannot take (a comma, a quote).
std::vector<std::string> engine_arguments(const Container& container, const ContainerRun& run,
                                          const std::string& name);

// Runs it to its end. Whatever happens, an interrupt too, no container is left. What the engine itself could
// not do it says in the error output, with exit status 125.
ProcessEnd run(const Container& container, const ContainerRun& run);

// The container with the engine's flags that work here: the plain form, limits of resources, another runtime.
// They are tried with a trivial run, once in a process. Throws Error where none works.
Container with_working_flags(Container container);

}  // namespace lbundle
