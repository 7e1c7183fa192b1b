// The problem: by default pip installs for this machine. The idea: pip resolves and downloads for the runtime
// (its version, its glibc, only wheels) into a folder of wheels, which is kept under a key of everything that
// decided the result. Then pip installs exactly those wheels, by name and version and without asking any
// index, so a second build needs no network. Rejected: installing wheels by their paths, because pip then
// writes this machine's folder into direct_url.json; only pip's own cache, because pip still asks the index.
#include "python/pip.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>
#include <sstream>

#include <sys/utsname.h>

#include "cache/inventory.hpp"
#include "model/error.hpp"
#include "model/text.hpp"
#include "os/digest_of.hpp"
#include "os/environment.hpp"
#include "os/log.hpp"
#include "os/spawn.hpp"
#include "os/temp_dir.hpp"
#include "os/tree.hpp"
#include "project/tool_pins.hpp"
#include "python/requirement_list.hpp"
#include "python/script.hpp"
#include "python/system_root.hpp"

namespace lbundle {

namespace {

using Arguments = std::vector<std::string>;

// Adds the content of a folder of releases to the key.
void add_releases(KeyBuilder& key, const HostPath& folder) {
  std::set<HostPath> releases;
  boost::system::error_code failure;
  for (fs::directory_iterator at(folder, failure), end; !failure && at != end; at.increment(failure)) {
    if (fs::is_regular_file(at->path())) releases.insert(at->path());
  }
  for (const auto& release : releases) key.add(release.filename().string()).add(digest_of_file(release));
}

// Adds the requirements to the key. Local wheels and folders count by their content.
void add_requirements(KeyBuilder& key, const HostPath& file) {
  const auto files = requirement_files(file);
  for (const auto& list : files.lists) key.add(read_text_file(list));
  for (const auto& index : files.indexes) add_releases(key, index);
  for (const auto& path : files.packages) {
    boost::system::error_code ignored;
    if (fs::is_regular_file(path, ignored)) key.add(digest_of_file(path));
    if (fs::is_directory(path, ignored)) key.add(tree_stamp(path));
  }
}

std::vector<std::string> lines_with(const std::string& text, std::string_view part) {
  std::vector<std::string> lines;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, text.find('\n', at))) {
    const auto begin = text.rfind('\n', at) + 1;
    lines.push_back(text.substr(begin, text.find('\n', at) - begin));
    if (text.find('\n', at) == std::string::npos) break;
  }
  return lines;
}

// Returns the folder of the interpreter's package pip; empty if the interpreter cannot import pip.
HostPath folder_of_pip(const Interpreter& interpreter) {
  const auto pip = describe_pip(interpreter);
  return pip ? pip->folder : HostPath{};
}

void require_no_gap(const PipEnd& end, const Function& function) {
  if (!end.without_wheel.empty()) throw pip_error(end.log, function);
}

}  // namespace

const char* machine_name(Architecture architecture) {
  return architecture == Architecture::arm64 ? "aarch64" : "x86_64";
}

std::map<std::string, std::string> pip_environment() {
  auto environment = current_environment();
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

std::vector<std::string> runtime_arguments(const Function& function) {
  Arguments arguments{"--only-binary=:all:", "--implementation", "cp", "--python-version",
                      function.runtime.version};
  for (const auto& tag : platform_tags(function.runtime, function.architecture)) {
    arguments.insert(arguments.end(), {"--platform", tag});
  }
  return arguments;
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
  const std::string machine = machine_name(architecture);
  const auto dot = runtime.glibc.find('.');
  int newest = 0;
  std::from_chars(runtime.glibc.data() + dot + 1, runtime.glibc.data() + runtime.glibc.size(), newest);
  // There are no wheels for arm64 that are older than manylinux2014.
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
  key.add("wheels 3").add(function.runtime.version).add(interpreter.version);
  // zig compiles what has no wheel.
  for (const auto& package : tool_pins("zig").packages) key.add(package);
  for (const auto& tag : platform_tags(function.runtime, function.architecture)) key.add(tag);
  for (const auto* name : {"PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_NO_INDEX",
                           "PIP_CONSTRAINT", "PIP_PRE", "PIP_REQUIRE_HASHES"}) {
    const char* value = std::getenv(name);
    key.add(value == nullptr ? "" : value);
  }
  if (function.requirements) add_requirements(key, *function.requirements);
  return key.key();
}

std::optional<PythonWithPip> describe_pip(const Interpreter& interpreter, const std::string& oldest) {
  Command command;
  command.time_limit = std::chrono::seconds(30);
  const std::vector<std::string> arguments(oldest.empty() ? 0 : 1, oldest);
  const auto end =
      run_python_script(interpreter, PythonStart::with_packages, "describe_pip", arguments, command);
  std::istringstream lines(end.output);
  std::string folder, program, identity;
  if (!end.succeeded() || !std::getline(lines, folder) || !std::getline(lines, program) ||
      !std::getline(lines, identity))
    return std::nullopt;
  return PythonWithPip{folder, program, identity};
}

HostPath pip_folder(const Interpreter& interpreter) {
  if (auto folder = folder_of_pip(interpreter); !folder.empty()) return folder;
  // A system root does not see this machine's own packages.
  for (const auto* program : {"python3", "/usr/bin/python3"}) {
    if (!interpreter.root.empty() || find_program(program).empty()) continue;
    if (auto folder = folder_of_pip(Interpreter{.program = program}); !folder.empty()) return folder;
  }
  throw Error("find", "pip", "neither the interpreter nor python3 has it",
              "install it, as `apt-get install python3-pip` or `python3 -m ensurepip` do");
}

std::vector<std::string> pip_command(const Interpreter& interpreter, Architecture architecture) {
  const auto folder = pip_folder(interpreter);
  utsname machine{};
  uname(&machine);
  const std::string here = machine.machine;
  if (here == machine_name(architecture)) return python_command(interpreter, {"-s", folder.string()});
  return python_script_command(interpreter, PythonStart::with_packages, "pip_for_machine",
                               {folder.parent_path().string(), machine_name(architecture)});
}

PipEnd run_pip(const Function& function, const std::vector<std::string>& words,
               std::map<std::string, std::string> environment) {
  // If an interrupt kills pip, it leaves its temporary folders behind. So they are put into one of lbundle's
  // own.
  const TempDir scratch(temporary_folder(), "lbundle-pip");
  environment["TMPDIR"] = scratch.path().string();
  Command command;
  command.arguments = words;
  command.environment = std::move(environment);
  command.own_keyring = true;
  if (function.requirements) command.folder = function.requirements->parent_path();
  const auto end = run(command);
  PipEnd result{end.output + end.error_output, {}};
  if (end.succeeded()) return result;
  result.without_wheel = requirement_without_wheel(result.log);
  if (result.without_wheel.empty()) throw pip_error(result.log, function);
  return result;
}

PipEnd download_wheels(const Function& function, const Interpreter& interpreter, const Store& store,
                       const std::vector<std::string>& request, const HostPath& folder) {
  auto command = pip_command(interpreter, function.architecture);
  command.insert(command.end(), {"download", "--disable-pip-version-check", "--progress-bar=off", "--dest",
                                 folder.string(), "--cache-dir", (store.folder() / "pip").string()});
  command.insert(command.end(), request.begin(), request.end());
  const auto more = runtime_arguments(function);
  command.insert(command.end(), more.begin(), more.end());
  mark_used(store.folder() / "pip");
  auto end = run_pip(function, command, pip_environment());
  if (end.without_wheel.empty() || end.log.find("(from versions: none)") == std::string::npos) return end;
  // If the index cannot be reached, pip finds no version of anything. Only with -vv does it report the
  // difference.
  command.emplace_back("-vv");
  const auto verbose = run_pip(function, command, pip_environment());
  for (const auto& line : lines_with(verbose.log, "Could not fetch URL")) end.log += line + '\n';
  if (end.log.find("Could not fetch URL") != std::string::npos && end.log.find("404") == std::string::npos)
    throw pip_error(end.log, function);
  return end;
}

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
  auto command = pip_command(interpreter, function.architecture);
  command.insert(command.end(), arguments.begin(), arguments.end());
  require_no_gap(run_pip(function, command, std::move(environment)), function);
}

namespace {

// Returns the folder of the store with the installed client, which is the same for all projects of a
// runtime. Throws Error if the store does not have it and the index cannot be reached.
HostPath runtime_client_in_store(const Function& function, const Interpreter& interpreter,
                                 const Store& store) {
  KeyBuilder key;
  key.add("runtime client 2").add(function.runtime.version).add(interpreter.version);
  for (const auto& tag : platform_tags(function.runtime, function.architecture)) key.add(tag);
  auto folder = store.folder() / "clients" / to_hex(key.key());
  mark_used(folder);
  if (fs::is_directory(folder)) return folder;
  const TempDir wheels(store.folder() / "tmp", "client-wheels");
  // If there is no network, this is not worth waiting for.
  require_no_gap(download_wheels(function, interpreter, store,
                                 {"--retries", "0", "--timeout", "10", "awslambdaric"}, wheels.path()),
                 function);
  TempDir filling(store.folder() / "clients", "filling");
  install_wheels(wheels.path(), function, interpreter, store, filling.path());
  filling.publish_unless_there(folder);
  return folder;
}

}  // namespace

bool install_runtime_client(const Function& function, const Interpreter& interpreter, const Store& store,
                            const HostPath& target) {
  try {
    const auto installed = runtime_client_in_store(function, interpreter, store);
    TempDir fresh(target.parent_path(), "client");
    boost::system::error_code failure;
    fs::copy(installed, fresh.path(), fs::copy_options::recursive | fs::copy_options::copy_symlinks, failure);
    if (failure) throw system_error("write", target.string(), failure.value());
    remove_tree(target);
    fresh.publish(target);
    return true;
  } catch (const Error& error) {
    log_detail(format("no runtime interface client: {}", error.what()));
    return false;
  }
}

}  // namespace lbundle
