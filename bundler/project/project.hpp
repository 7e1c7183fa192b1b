// The settings of lbundle.toml, checked, with every default filled in.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/bundle_path.hpp"
#include "model/byte_size.hpp"
#include "model/host_path.hpp"
#include "project/deployment.hpp"
#include "project/runtime.hpp"
#include "project/source_location.hpp"

namespace lbundle {

enum class Architecture { x86_64, arm64 };
// Lambda's name of the architecture, "x86_64" or "arm64", and back.
const char* to_text(Architecture architecture);
std::optional<Architecture> architecture_named(const std::string& name);

enum class Compare { json, bytes, status, none };
// How an invocation ends: with an answer, or with an error that the handler raises.
enum class Expect { answer, error };
enum class BackendChoice { automatic, container, host };
// Whether to fetch an interpreter that this machine does not have.
enum class InterpreterChoice { fetch, find };
enum class Network { none, loopback, host };
enum class TraceMethod { automatic, notify, ptrace, fanotify, atime };
enum class PruneLevel { none, package, reach, trace };
enum class DedupeMode { off, identical, safe };
enum class BytecodeForm { sourceless, unchecked, source };
enum class PackLevel { fast, best, max };

// A file or folder that is bundled at another place than its own.
struct PlacedSource {
  std::string from;        // as the user wrote it
  HostPath path;           // absolute; it need not exist if [stage] has a `command`, which may make it
  BundlePath to;           // a folder's content goes here
  bool to_folder = false;  // of a file: it goes into the folder `to`; otherwise `to` is its new path
};

// A glob that the user wrote, with its place.
struct UserGlob {
  std::string glob;
  SourceLocation location;
};

struct Function {
  std::string name;
  std::string handler;  // Lambda's Handler setting: "handler.handler"
  Runtime runtime;
  Architecture architecture = Architecture::x86_64;
  std::vector<std::string> source;       // globs of host_glob.hpp, each with a match; empty: the whole folder
  bool only_placed = false;              // `source = []`: nothing of the folder, only `placed`
  std::optional<HostPath> requirements;  // absolute
  std::vector<PlacedSource> placed;
  std::vector<std::string> extras, groups;  // of the project that `requirements` locks
  // Set by staging if `requirements` is a list that was made from this lock file of another tool.
  std::optional<HostPath> lock_file;
  // If true, packages that the runtime has beside its interpreter are not bundled.
  bool leave_preinstalled = false;
  Deployment deployment;
  std::vector<UserGlob> allow_secrets = {};  // own files that are bundled although they hold a secret
};

// One invocation: a file that contains the event.
struct Event {
  std::string name;  // the file's name without its ending: "train-zonal"
  HostPath file;     // absolute
  Compare compare = Compare::json;
  Expect expect = Expect::answer;
  std::vector<std::string> ignore;  // JSON pointers
  double tolerance = 0.0;           // largest relative difference of two numbers; 0: they must be equal
  bool verify_only = false;         // runs on both trees for its answer, but is not evidence for pruning
  bool compare_tmp = false;         // files that it leaves in /tmp are part of its answer
  // JSON pointers into what it writes to services: "/aws/s3/logs". It has those of all services.
  std::vector<std::string> ignore_written;
};

struct Mount {
  HostPath source;     // absolute, exists
  std::string target;  // inside the sandbox, absolute
  bool writable = false;
};

// A server that lbundle itself knows how to start, or any other one, by its command.
enum class ServiceKind { command, aws, postgres, mysql, redis };
// "aws" and so on, as the project file has it; "command" for any other server.
const char* to_text(ServiceKind kind);

// A local server that events talk to. It starts in the sandbox's own network.
struct Service {
  ServiceKind kind = ServiceKind::command;
  HostPath folder;                        // the folder of the project file
  std::vector<std::string> command = {};  // of kind command: the program, and its arguments
  std::string ready = {};                 // of kind command: a URL that answers when the server is ready;
                                          // empty: ready at once
  std::vector<HostPath> seed = {};        // files that fill it; absolute
  std::string database = "lbundle";       // of postgres and mysql: the database that is made
  std::map<std::string, std::string> environment = {};  // values may contain {host}, {port}, {url} and so on
  // Set by ready_services (sandbox/known_services.hpp): what was made or fetched once, and the folder of the
  // server's programs.
  HostPath prepared = {}, programs = {};
};

// Which of the libraries that the runtime lacks are brought into the bundle.
struct SystemLibraryChoice {
  bool automatic = true;           // those that are needed and have a recipe
  std::vector<std::string> names;  // if not automatic: these recipes, needed or not, and no others
};

// What makes some of the function's files before they are staged.
struct StageCommand {
  std::vector<std::string> words;    // a program and its arguments
  std::string text;                  // as the user wrote it
  std::vector<std::string> inputs;   // globs of what it gets; empty: the project's folder
  std::vector<std::string> outputs;  // globs of what becomes own files; at least one
  bool network = false;
};

// Where and how dependencies are installed, and where events run.
struct StageSettings {
  BackendChoice backend = BackendChoice::automatic;
  InterpreterChoice interpreter = InterpreterChoice::fetch;
  std::optional<std::string> image;       // dependencies are installed in it
  std::optional<std::string> run_image;   // events run in it; `image` if only that is given
  std::vector<std::string> engine_flags;  // the user's own flags for the engine's `run`
  SystemLibraryChoice system_libraries;
  std::optional<StageCommand> command;
};

// Whether events run in a sandbox: in the strongest that works, or in none at all.
enum class SandboxMode { automatic, none };

struct Sandbox {
  SandboxMode mode = SandboxMode::automatic;
  std::chrono::milliseconds timeout{60'000};
  int memory = 1024;  // MB
  int tmp = 512;      // MB for /tmp, like Lambda's EphemeralStorage
  Network network = Network::none;
  int cold_starts = 3;  // fresh processes to measure the cold start, on each tree; 0: none
  std::vector<Mount> mounts;
  std::vector<Service> services;
};

// A sandbox with every default, and the limits of the function as it is deployed.
Sandbox sandbox_of(const Deployment& deployment);

struct Layer {
  HostPath zip;  // absolute
};

struct Trace {
  TraceMethod method = TraceMethod::automatic;
  int runs = 2;
};

struct Prune {
  PruneLevel level = PruneLevel::reach;
  bool level_given = false;  // true if the user wrote it; otherwise it is the default
  std::vector<UserGlob> keep, drop;
  bool loud = true;  // the function's log reports dropped files that it asks for
};

struct Shrink {
  DedupeMode dedupe = DedupeMode::safe;
  bool strip = true;
  // Removes code of private libraries that nothing in the bundle can call, at the levels reach and trace.
  bool only_reached_functions = true;
  BytecodeForm bytecode = BytecodeForm::sourceless;
  std::vector<UserGlob> untouched;  // files that are neither shared, nor rewritten, nor replaced by bytecode
};

struct Limits {
  bool direct_upload = true;
  ByteSize layers_unzipped;
};

// How much a size may grow against the baseline: "+1%", "+2 MB".
struct Growth {
  bool relative = false;
  double percent = 0;  // if relative
  ByteSize bytes;      // otherwise
};

// The user's own bounds, unlike AWS's limits.
struct Budget {
  std::optional<Growth> zipped, unzipped;
  ByteSize noise;                          // growth that is never judged, whatever the bounds
  std::map<std::string, Growth> packages;  // zipped, by name

  bool is_empty() const { return !zipped && !unzipped && packages.empty(); }
};

struct Project {
  HostPath file;    // lbundle.toml or pyproject.toml, absolute
  HostPath folder;  // its folder
  Function function;
  std::map<std::string, std::string> environment;
  std::vector<Event> events;  // in the order in which they run; at least one
  StageSettings stage;
  Sandbox sandbox;
  std::vector<Layer> layers;
  Trace trace;
  Prune prune;
  Shrink shrink;
  PackLevel pack_level = PackLevel::best;
  Limits limits;
  Budget budget;
  std::optional<HostPath> output;     // of this run, absolute; by default dist/NAME.zip
  bool allow_failing_events = false;  // publish even if no event gets through on the unshrunk tree

  // The folder for files that lbundle makes for this project.
  HostPath workspace() const { return folder / ".lbundle"; }
  // Files to commit beside the project file: the evidence, and the accepted sizes.
  HostPath access_log() const { return folder / "lbundle.access.jsonl"; }
  HostPath baseline() const { return folder / "lbundle.baseline.json"; }
};

// The project file of `folder` or of the nearest folder above it: lbundle.toml, or else a pyproject.toml with
// [tool.lbundle]. Throws Error (status wrong_usage) if there is none.
HostPath find_project_file(const HostPath& folder);

// Reads lbundle.toml, or [tool.lbundle] of a pyproject.toml. Every mistake in it (unknown key, wrong type,
// value out of range, missing file, empty event list) is an Error with status wrong_usage. It shows file,
// line, column, the line itself with a caret, and the nearest known name.
Project read_project(const HostPath& file);

// A glob over bundle paths from the command line (`option` is "--keep"). Throws Error (wrong_usage) if the
// glob is not valid.
UserGlob command_line_glob(const std::string& option, const std::string& glob);

// The name of a level on the command line and in the project file, and back.
const char* to_text(PruneLevel level);
std::optional<PruneLevel> parse_prune_level(std::string_view name);

}  // namespace lbundle
