// Runs one program in a container that is removed afterwards.
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

// The user that the program runs as. A caller who is not root stays the same user inside, so that files
// belong to them on both sides.
enum class ContainerUser {
  caller,
  lambda,  // Lambda's unprivileged user, sbx_user1051, if the caller is root
};

struct ContainerRun {
  std::vector<std::string> command;  // the program first, absolute
  std::vector<std::string> prefix;   // goes before the engine's command line: a program that runs it
  std::string folder;                // where the program starts: a folder inside, absolute
  std::map<std::string, std::string> environment;
  std::vector<Mount> mounts;
  ContainerUser user = ContainerUser::caller;
  bool network = false;   // this machine's network, otherwise only loopback
  bool confined = false;  // read-only except for mounts and /tmp, no capabilities, no /dev/shm
  int memory = 0;         // MB for the program and what it writes to /tmp; 0: no limit
  int tmp = 512;          // the size of /tmp in MB, if confined
  std::optional<std::chrono::milliseconds> time_limit;
  std::size_t most_output = ~std::size_t{0};  // see Command
};

// Returns the engine's command line. Throws Error for a mount whose path the engines do not accept (a comma,
// a quote).
std::vector<std::string> engine_arguments(const Container& container, const ContainerRun& run,
                                          const std::string& name);

// Runs the program to its end. No container is left, even after an interrupt. If the engine itself fails, the
// exit status is 125 and the error output says why.
ProcessEnd run(const Container& container, const ContainerRun& run);

// Returns the container with engine flags that work here: the plain form, resource limits, or another
// runtime. They are tried with a trivial run, once in a process. Throws Error if none works.
Container with_working_flags(Container container);

}  // namespace lbundle
