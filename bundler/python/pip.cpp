// The problem: what pip installs by itself is for this machine. The idea: pip resolves and downloads for the
// runtime (its version, its glibc, wheels alone), into a folder of wheels that is kept under the key of all
// that decided; then it installs exactly those, by name and version and without a look at any index, so that
// a second build needs no network. Rejected: installing wheels by their paths, for pip then writes this
// machine's folder into direct_url.json; pip's own cache alone, which still asks the index.
#include "python/pip.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <regex>
#include <set>

#include <unistd.h>

#include "model/error.hpp"
#include "model/text.hpp"
#include "os/digest_of.hpp"
#include "os/log.hpp"
#include "os/spawn.hpp"
#include "os/temp_dir.hpp"
#include "os/tree.hpp"

namespace lbundle {

namespace {

using Arguments = std::vector<std::string>;

std::string machine_name(Architecture architecture) {
  return architecture == Architecture::arm64 ? "aarch64" : "x86_64";
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

// What follows the option at the start of a line: "-r other.txt", "--constraint=other.txt".
std::optional<std::string> value_of_option(std::string_view line, std::string_view brief,
                                           std::string_view full) {
  for (const auto option : {full, brief}) {
    if (!line.starts_with(option)) continue;
    auto rest = line.substr(option.size());
    if (rest.empty() || (rest.front() != ' ' && rest.front() != '=' && option == full)) continue;
    rest = trimmed(rest.substr(rest.front() == '=' ? 1 : 0));
    return std::string(rest.substr(0, rest.find(" #")));
  }
  return std::nullopt;
}

// The file that an option at the start of the line names, as it is written.
std::optional<std::string> named_file(std::string_view line) {
  auto file = value_of_option(line, "-r", "--requirement");
  if (!file) file = value_of_option(line, "-c", "--constraint");
  return file;
}

void walk_requirements(const HostPath& file, std::set<HostPath>& seen, RequirementFiles& found) {
  if (!seen.insert(file).second) return;
  const auto text = read_text_file(file);
  found.lists.push_back(file);
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    const auto line = trimmed(std::string_view(text).substr(at, end - at));
    at = end + 1;
    if (const auto other = named_file(line)) {
      if (other->find("://") == std::string::npos)
        walk_requirements(file.parent_path() / *other, seen, found);
      continue;
    }
    if (const auto links = value_of_option(line, "-f", "--find-links")) {
      if (links->find("://") == std::string::npos) found.indexes.push_back(file.parent_path() / *links);
      continue;
    }
    const bool local = line.starts_with('.') || line.starts_with('/');
    if (local)
      found.packages.push_back(file.parent_path() / std::string(line.substr(0, line.find_first_of(" ;"))));
  }
}

// A local wheel or folder counts by its content.
void add_requirements(KeyBuilder& key, const HostPath& file) {
  const auto files = requirement_files(file);
  for (const auto& list : files.lists) key.add(read_text_file(list));
  for (const auto& path : files.packages) {
    boost::system::error_code ignored;
    if (fs::is_regular_file(path, ignored)) key.add(digest_of_file(path));
    if (fs::is_directory(path, ignored)) key.add(tree_stamp(path));
  }
}

// The folder of the package pip that `program` can import; empty if there is none.
HostPath pip_folder(const std::string& program) {
  Command command;
  command.arguments = {program, "-I", "-c",
                       "import os, pip; print(os.path.dirname(os.path.realpath(pip.__file__)))"};
  command.time_limit = std::chrono::seconds(30);
  const auto end = run(command);
  return end.succeeded() ? HostPath(std::string(trimmed(end.output.substr(0, end.output.find('\n')))))
                         : HostPath{};
}

// pip run by the runtime's interpreter, wherever pip lies: it evaluates markers for the interpreter that runs
// it.
Arguments pip_command(const Interpreter& interpreter) {
  for (const auto& program :
       {interpreter.program.string(), std::string("python3"), std::string("/usr/bin/python3")}) {
    if (find_program(program).empty()) continue;
    const auto folder = pip_folder(program);
    if (!folder.empty()) return {interpreter.program.string(), "-s", folder.string()};
  }
  throw Error("find", "pip", "neither the interpreter nor python3 has it",
              "install it, as `apt-get install python3-pip` or `python3 -m ensurepip` do");
}

Arguments runtime_arguments(const Function& function) {
  Arguments arguments{"--only-binary=:all:", "--implementation", "cp", "--python-version",
                      function.runtime.version};
  for (const auto& tag : platform_tags(function.runtime, function.architecture)) {
    arguments.insert(arguments.end(), {"--platform", tag});
  }
  return arguments;
}

struct PipFailure {
  std::string object, cause, hint;
};

// What pip's log says in its own words, in ours.
PipFailure explain(const std::string& log, const Function& function) {
  const auto place = format("Python {}, glibc {} and {}", function.runtime.version, function.runtime.glibc,
                            to_text(function.architecture));
  std::smatch found;
  const auto says = [&](const char* pattern) { return std::regex_search(log, found, std::regex(pattern)); };
  const auto file = function.requirements ? function.requirements->string() : "the runtime's client";
  if (says("No space left on device")) return {file, "the disk is full", "make room, then build again"};
  if (says(
          "DO NOT MATCH THE HASHES|hashes are required|requires? .*--hash|must have their versions pinned")) {
    return {file, "a hash is missing or does not match",
            "take the hashes anew, or find out who changed the wheel"};
  }
  if (says("Failed to establish a new connection|Temporary failure in name resolution|connection timed out|"
           "Connection refused|Max retries exceeded|Network is unreachable")) {
    return {file, "the package index does not answer", "check the network, PIP_INDEX_URL and the proxy"};
  }
  if (says("No matching distribution found for ([^\\n]+)")) {
    const std::string requirement = found[1];
    const bool other_versions = says("from versions: [^n\\)]");
    return {requirement,
            other_versions ? format("no release that it allows has a wheel for {}", place)
                           : format("there is no such package, or it has no wheel for {}", place),
            "correct the name, or allow a version that has such a wheel"};
  }
  if (says("Cannot install ([^\\n]+) because these package versions have conflicting dependencies")) {
    return {found[1], "their dependencies contradict each other", "loosen one of the versions"};
  }
  if (says("Failed to build ([^\\n]+)|Failed building wheel for ([^\\n]+)")) {
    return {found[1].matched ? found[1] : found[2], "it could not be compiled",
            "the lines above say why; an image with what it needs can be named as `image` in [stage]"};
  }
  if (says("Invalid requirement: ([^\\n]+)")) return {found[1], "it is no requirement", "correct the line"};
  if (says("Wheel '[^']*' located at ([^\\n]+) is invalid")) {
    return {found[1], "the wheel is damaged", "fetch it or build it anew"};
  }
  return {file, "pip failed", "the last lines of pip's log, above, say why"};
}

void run_pip(const Interpreter& interpreter, const Function& function, const Arguments& arguments,
             std::map<std::string, std::string> environment) {
  // pip that is killed on an interrupt leaves its temporary folders behind, so they lie in one of ours.
  const TempDir scratch(temporary_folder(), "lbundle-pip");
  environment["TMPDIR"] = scratch.path().string();
  Command command;
  command.arguments = pip_command(interpreter);
  command.arguments.insert(command.arguments.end(), arguments.begin(), arguments.end());
  command.environment = std::move(environment);
  if (function.requirements) command.folder = function.requirements->parent_path();
  const auto end = run(command);
  if (end.succeeded()) return;
  throw pip_error(end.output + end.error_output, function);
}

// What pip is to download, and the key of the folder that keeps it.
struct WheelRequest {
  Arguments arguments;
  Digest key;
};

// The folder with the wheels that were asked for, from the store or filled now.
HostPath wheel_folder(const WheelRequest& request, const Function& function, const Interpreter& interpreter,
                      const Store& store) {
  auto folder = store.folder() / "wheels" / to_hex(request.key);
  if (fs::is_directory(folder)) return folder;
  TempDir filling(store.folder() / "wheels", "filling");
  Arguments arguments{"download",
                      "--disable-pip-version-check",
                      "--progress-bar=off",
                      "--dest",
                      filling.path().string(),
                      "--cache-dir",
                      (store.folder() / "pip").string()};
  arguments.insert(arguments.end(), request.arguments.begin(), request.arguments.end());
  const auto more = runtime_arguments(function);
  arguments.insert(arguments.end(), more.begin(), more.end());
  run_pip(interpreter, function, arguments, pip_environment());
  // Where another build was faster, its wheels are as good.
  if (!fs::is_directory(folder)) filling.publish(folder);
  return folder;
}

// Exactly the wheels of `wheels`, whatever indexes and constraints the user has.
void install_wheels(const HostPath& wheels, const Function& function, const Interpreter& interpreter,
                    const Store& store, const HostPath& target) {
  const auto pins = pins_of(wheels);
  if (pins.empty()) return;
  const TempDir folder(store.folder() / "tmp", "pins");
  const auto list = folder.path() / "pins.txt";
  fs::ofstream(list) << pins;
  Arguments arguments{"install",
                      "--disable-pip-version-check",
                      "--progress-bar=off",
                      "--no-warn-conflicts",
                      "--no-compile",
                      "--no-cache-dir",
                      "--no-index",
                      "--no-deps",
                      "--find-links",
                      wheels.string(),
                      "--target",
                      target.string(),
                      "-r",
                      list.string()};
  const auto more = runtime_arguments(function);
  arguments.insert(arguments.end(), more.begin(), more.end());
  auto environment = pip_environment();
  std::erase_if(environment, [](const auto& entry) { return entry.first.starts_with("PIP_"); });
  environment["PIP_CONFIG_FILE"] = "/dev/null";
  run_pip(interpreter, function, arguments, std::move(environment));
}

}  // namespace

RequirementFiles requirement_files(const HostPath& file) {
  RequirementFiles found;
  std::set<HostPath> seen;
  walk_requirements(file, seen, found);
  return found;
}

std::map<std::string, std::string> pip_environment() {
  std::map<std::string, std::string> environment;
  for (char** at = environ; *at != nullptr; ++at) {
    const std::string_view entry = *at;
    const auto equals = entry.find('=');
    if (equals != std::string_view::npos)
      environment.emplace(entry.substr(0, equals), entry.substr(equals + 1));
  }
  for (const auto* name :
       {"PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_PYTHON", "PIP_PLATFORM", "PIP_NO_BINARY",
        "PIP_REQUIREMENT", "PIP_UPGRADE", "PIP_DRY_RUN", "PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP"}) {
    environment.erase(name);
  }
  environment["PIP_USER"] = "0";
  environment["PIP_REQUIRE_VIRTUALENV"] = "0";
  environment["PIP_NO_INPUT"] = "1";
  environment["PYTHONDONTWRITEBYTECODE"] = "1";
  environment["LC_ALL"] = "C.UTF-8";
  return environment;
}

Error pip_error(const std::string& log, const Function& function) {
  const auto failure = explain(log, function);
  return Error("install", failure.object, failure.cause, failure.hint).with_detail(last_lines(log, 15));
}

std::string pins_of(const HostPath& folder) {
  std::set<std::string> pins;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const auto name = entry.path().filename().string();
    const auto dash = name.find('-');
    if (entry.path().extension() != ".whl" || dash == std::string::npos) continue;
    pins.insert(name.substr(0, dash) + "==" + name.substr(dash + 1, name.find('-', dash + 1) - dash - 1));
  }
  std::string text;
  for (const auto& pin : pins) text += pin + '\n';
  return text;
}

std::vector<std::string> platform_tags(const Runtime& runtime, Architecture architecture) {
  const auto machine = machine_name(architecture);
  const auto dot = runtime.glibc.find('.');
  int newest = 0;
  std::from_chars(runtime.glibc.data() + dot + 1, runtime.glibc.data() + runtime.glibc.size(), newest);
  // No wheels for arm64 are older than manylinux2014.
  const int oldest = architecture == Architecture::arm64 ? 17 : 5;
  std::vector<std::string> tags;
  for (int minor = newest; minor >= oldest; --minor) {
    tags.push_back(format("manylinux_2_{}_{}", minor, machine));
    if (minor == 17) tags.push_back("manylinux2014_" + machine);
    if (minor == 12) tags.push_back("manylinux2010_" + machine);
    if (minor == 5) tags.push_back("manylinux1_" + machine);
  }
  tags.push_back("linux_" + machine);
  return tags;
}

Digest requirements_key(const Function& function, const Interpreter& interpreter) {
  KeyBuilder key;
  key.add("wheels 1").add(function.runtime.version).add(interpreter.version);
  for (const auto& tag : platform_tags(function.runtime, function.architecture)) key.add(tag);
  for (const auto* name : {"PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_NO_INDEX",
                           "PIP_CONSTRAINT", "PIP_PRE", "PIP_REQUIRE_HASHES"}) {
    const char* value = std::getenv(name);
    key.add(value == nullptr ? "" : value);
  }
  if (function.requirements) add_requirements(key, *function.requirements);
  return key.key();
}

void install_requirements(const Function& function, const Interpreter& interpreter, const Store& store,
                          const HostPath& target) {
  log_step("pip installs the requirements");
  const WheelRequest request{{"-r", function.requirements->string()},
                             requirements_key(function, interpreter)};
  install_wheels(wheel_folder(request, function, interpreter, store), function, interpreter, store, target);
}

bool install_runtime_client(const Function& function, const Interpreter& interpreter, const Store& store,
                            const HostPath& target) {
  KeyBuilder key;
  key.add("runtime client 1").add(function.runtime.version).add(interpreter.version);
  for (const auto& tag : platform_tags(function.runtime, function.architecture)) key.add(tag);
  // Without the network it is not worth a wait.
  const WheelRequest request{{"--retries", "0", "--timeout", "10", "awslambdaric"}, key.key()};
  try {
    const auto wheels = wheel_folder(request, function, interpreter, store);
    TempDir fresh(target.parent_path(), "client");
    install_wheels(wheels, function, interpreter, store, fresh.path());
    remove_tree(target);
    fresh.publish(target);
    return true;
  } catch (const Error& error) {
    log_detail(format("no runtime interface client: {}", error.what()));
    return false;
  }
}

}  // namespace lbundle
