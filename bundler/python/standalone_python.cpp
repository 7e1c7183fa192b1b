#include "python/standalone_python.hpp"

#include <array>

#include <sys/utsname.h>

#include "cache/inventory.hpp"
#include "model/error.hpp"
#include "model/text.hpp"
#include "os/atomic_file.hpp"
#include "os/digest_of.hpp"
#include "os/environment.hpp"
#include "os/log.hpp"
#include "os/spawn.hpp"
#include "os/temp_dir.hpp"
#include "project/tool_pins.hpp"
#include "python/compile_stdlib.hpp"
#include "python/tools.hpp"

namespace lbundle {

namespace {

// The environment variables that decide which interpreter uv fetches, and from where.
constexpr std::array<const char*, 2> deciding{"UV_PYTHON_INSTALL_MIRROR", "UV_PYTHON_DOWNLOADS_JSON_URL"};
// For a download of some 30 MB.
constexpr std::chrono::minutes time_limit{3};

HostPath entry_of(const std::string& version, const Store& store) {
  utsname machine{};
  uname(&machine);
  KeyBuilder key;
  key.add("standalone 1").add(machine.machine).add(version);
  for (const auto& package : tool_pins("uv").packages) key.add(package);
  for (const auto* name : deciding) {
    const char* value = std::getenv(name);
    key.add(value == nullptr ? "" : value);
    boost::system::error_code ignored;
    if (value != nullptr && fs::is_regular_file(value, ignored)) key.add(digest_of_file(value));
  }
  return store.folder() / "interpreters" / format("uv-{}-{}", version, to_hex(key.key()).substr(0, 16));
}

// Returns the folder of the installation in the folder that uv made: "cpython-3.13.9-linux-x86_64-gnu", and
// not one of the links beside it.
HostPath installation_in(const HostPath& folder) {
  boost::system::error_code failure;
  for (fs::directory_iterator at(folder, failure), end; !failure && at != end; at.increment(failure)) {
    const auto name = at->path().filename().string();
    if (name.starts_with("cpython-") && fs::is_directory(at->symlink_status())) return at->path();
  }
  return {};
}

std::optional<Interpreter> interpreter_in(const HostPath& folder, const std::string& version) {
  const auto installation = installation_in(folder);
  if (installation.empty()) return std::nullopt;
  auto asked = ask_interpreter(installation / "bin" / ("python" + version), {});
  if (asked) asked->origin = format("python-build-standalone, by {}", tool_pins("uv").packages.front());
  return asked;
}

// Returns the environment for uv: the user's, without settings of uv that decide anything but where uv
// downloads from and how it connects.
std::map<std::string, std::string> environment_of_uv(const HostPath& scratch) {
  auto environment = current_environment();
  for (const auto* name : {"UV_PYTHON_DOWNLOADS", "UV_PYTHON_PREFERENCE", "UV_MANAGED_PYTHON", "UV_PYTHON",
                           "UV_NO_MANAGED_PYTHON", "UV_CONFIG_FILE", "UV_PYTHON_INSTALL_DIR"})
    environment.erase(name);
  environment["UV_CACHE_DIR"] = (scratch / "cache").string();
  environment["TMPDIR"] = scratch.string();
  // If this way fails, another one is tried, so it must not take long to fail.
  environment.emplace("UV_HTTP_RETRIES", "0");
  environment.emplace("UV_HTTP_TIMEOUT", "15");
  return environment;
}

// uv prints "error: Failed to install …" and then lines "Caused by: …". The last line is the most precise.
std::string cause_in(const std::string& log) {
  const auto line = last_lines(log, 1);
  const auto at = line.find("Caused by: ");
  auto cause = at == std::string::npos ? line : line.substr(at + std::string_view("Caused by: ").size());
  while (cause.ends_with('\n')) cause.pop_back();
  return cause;
}

void run_uv(const std::string& version, const Store& store, const HostPath& folder) {
  const auto uv = tool_named("uv", store);
  const TempDir scratch(temporary_folder(), "lbundle-uv");
  Command command;
  command.arguments = {(uv.folder / "bin/uv").string(),
                       "python",
                       "install",
                       version,
                       "--install-dir",
                       folder.string(),
                       "--no-bin",
                       "--no-config",
                       "--no-progress",
                       "--color",
                       "never"};
  command.environment = environment_of_uv(scratch.path());
  command.folder = scratch.path();
  command.time_limit = time_limit;
  const auto end = run(command);
  if (end.succeeded()) return;
  throw Error("fetch", "python" + version, end.timed_out ? describe(end) : cause_in(end.error_output))
      .with_detail(last_lines(end.error_output, 8));
}

// Corrects the files that describe how the interpreter was built: uv writes the folder that it installs to
// into them, and that folder is renamed.
void rename_in_build_settings(const HostPath& installation, const HostPath& from, const HostPath& to) {
  std::vector<HostPath> settings;
  for (fs::recursive_directory_iterator at(installation / "lib"), end; at != end; ++at) {
    const auto name = at->path().filename().string();
    const bool asked = (name.starts_with("_sysconfigdata") && at->path().extension() == ".py") ||
                       at->path().extension() == ".pc";
    if (asked && fs::is_regular_file(at->symlink_status())) settings.push_back(at->path());
  }
  for (const auto& file : settings) {
    auto text = read_text_file(file);
    for (auto at = text.find(from.string()); at != std::string::npos;
         at = text.find(from.string(), at + to.string().size()))
      text.replace(at, from.string().size(), to.string());
    write_file(file, text);
  }
}

}  // namespace

std::optional<Interpreter> cached_standalone_python(const std::string& version, const Store& store) {
  const auto entry = entry_of(version, store);
  if (!fs::is_directory(entry)) return std::nullopt;
  mark_used(entry);
  return interpreter_in(entry, version);
}

Interpreter fetch_standalone_python(const std::string& version, const Store& store) {
  const auto entry = entry_of(version, store);
  log_step(format("uv fetches Python {} into {}", version, entry.string()));
  TempDir fresh(entry.parent_path(), "fetching");
  run_uv(version, store, fresh.path());
  const auto fetched = interpreter_in(fresh.path(), version);
  if (!fetched) throw Error("run", "python" + version, "what uv fetched does not start here");
  const auto installation = installation_in(fresh.path());
  rename_in_build_settings(installation, fresh.path(), entry);
  compile_stdlib(*fetched, {}, fresh.path(), entry);
  fresh.publish_unless_there(entry);
  auto published = interpreter_in(entry, version);
  require(published.has_value(), "the interpreter still runs after its folder was renamed");
  return *published;
}

}  // namespace lbundle
