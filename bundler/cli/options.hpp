// The command line as values. Only the .cpp files of this header and of command_tree.hpp use CLI11.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "model/host_path.hpp"
#include "project/project.hpp"

namespace lbundle::cli {

enum class Format { text, json };
enum class ColorChoice { automatic, always, never };

// Options that every command has.
struct CommonOptions {
  Format format = Format::text;
  ColorChoice color = ColorChoice::automatic;
  bool verbose = false;
  bool quiet = false;
  unsigned jobs = 0;  // 0: one for each core
};

struct InitCommand {
  HostPath folder;
  std::string function, handler, runtime;  // empty: found
  bool force = false;
};

struct BuildCommand {
  HostPath folder;
  std::optional<SandboxMode> sandbox;
  std::optional<HostPath> output;
  std::optional<BackendChoice> backend;
  std::optional<PruneLevel> level;
  std::optional<PackLevel> pack_level;
  std::vector<std::string> keep, drop;
  bool frozen = false;
  bool update_baseline = false;
  std::string reason;
  bool no_repair = false;
  bool allow_failing_events = false;
  std::optional<HostPath> debug_files;
};

struct StageCommand {
  HostPath folder;
};

struct TraceCommand {
  HostPath folder;
  std::optional<SandboxMode> sandbox;
  std::optional<HostPath> root, output;
  std::vector<std::string> command;  // any command to trace; empty: the project's events
};

struct PackCommand {
  HostPath tree, output;
  PackLevel level = PackLevel::best;
  bool layer = false;             // the whole tree as a layer
  std::optional<HostPath> split;  // where the layer of its dependencies goes
  bool image = false;             // an image layout; the next members are only for it
  std::optional<HostPath> base;
  std::string handler, architecture = "x86_64";
};

// The target of a zip if no project file names one.
struct TargetOptions {
  std::string runtime, architecture;
};

struct CheckCommand {
  HostPath zip;
  TargetOptions target;
  std::string handler;    // Lambda's Handler setting; empty: not given
  bool is_layer = false;  // the zip is a layer
  bool markdown = false;
};

struct VerifyCommand {
  HostPath zip, folder;
  std::optional<SandboxMode> sandbox;
  TargetOptions target;
  bool allow_failing_events = false;
};

struct DiffCommand {
  HostPath before, after;
  bool markdown = false;
};

struct WhyCommand {
  std::string path;
  HostPath folder;
};

struct CacheCommand {
  bool trim = false, clear = false;
};

struct RulesCommand {
  HostPath folder;
  std::optional<HostPath> tried;  // a rule file to try
};

struct DoctorCommand {
  HostPath folder;
};

// Text to print to stdout instead of running a command: help, the version, completions.
struct TextToShow {
  std::string text;
};

using Command =
    std::variant<TextToShow, InitCommand, BuildCommand, StageCommand, TraceCommand, PackCommand, CheckCommand,
                 VerifyCommand, DiffCommand, WhyCommand, CacheCommand, RulesCommand, DoctorCommand>;

struct Invocation {
  CommonOptions common;
  Command command;
};

// Parses the command line. Throws Error (status wrong_usage); its hint is the nearest known command or
// option.
Invocation parse_command_line(int argc, const char* const* argv);

}  // namespace lbundle::cli
