// The problem: npm by itself installs for this machine: of a package with native code it takes the build for
// its own system, processor and C library. The idea: npm has settings that say for which machine to choose
// among the builds in a lock file, so the runtime's values are given. npm and its Node.js come from
// rules/tools.toml, because older ones do not know --libc and the machine may have none. No script is run: it
// would be a stranger's, and would build or fetch for this machine. Rejected: reading the lock file here and
// fetching the archives, because that means doing all of npm's work on integrity, bundled packages and links
// to programs.
#include "install/host_npm.hpp"

#include <array>
#include <optional>
#include <regex>
#include <set>

#include "cache/inventory.hpp"
#include "install/npm_command.hpp"
#include "install/npm_lock.hpp"
#include "json/json.hpp"
#include "model/error.hpp"
#include "model/text.hpp"
#include "os/atomic_file.hpp"
#include "os/digest_of.hpp"
#include "os/log.hpp"
#include "os/spawn.hpp"
#include "os/temp_dir.hpp"
#include "project/tool_pins.hpp"
#include "python/tools.hpp"

namespace lbundle {

namespace {

constexpr const char* lock_name = "package-lock.json";
// The lock file, and what npm reads beside it.
constexpr std::array inputs{lock_name, "package.json", ".npmrc"};

const char* processor(Architecture architecture) {
  return architecture == Architecture::arm64 ? "arm64" : "x64";
}

HostPath folder_of(const Function& function) {
  const auto& lock = *function.requirements;
  auto folder = lock.parent_path();
  if (lock.filename() != lock_name) {
    throw Error("install", lock.string(),
                "npm installs only from a lock file that is named package-lock.json",
                "write one with `npm install --package-lock-only`, and name it as `requirements`")
        .with_status(ExitStatus::wrong_usage);
  }
  if (!fs::is_regular_file(folder / "package.json")) {
    throw Error("install", lock.string(), "npm reads it together with package.json, which is not beside it",
                "put it there");
  }
  return folder;
}

Json packages_of(const HostPath& lock) {
  const auto json = Json::parse(read_text_file(lock), nullptr, false);
  if (!json.is_object() || !json.contains("packages") || !json["packages"].is_object()) {
    throw Error("read", lock.string(), "it is not a lock file of npm 7 or later",
                "write it again with `npm install --package-lock-only`");
  }
  return json["packages"];
}

// A link to a folder of this machine would point to nothing in the bundle.
void refuse_links(const HostPath& lock) {
  const auto packages = packages_of(lock);
  for (const auto& [place, package] : packages.items()) {
    if (!package.is_object() || !package.value("link", false)) continue;
    throw Error("install", place,
                format("{} has it as a link to the folder '{}'", lock_name, package.value("resolved", "")),
                "pack it with `npm pack` and depend on the archive, or publish it");
  }
}

Error npm_error(const std::string& log, const HostPath& lock) {
  struct Sentence {
    const char* pattern;
    const char* cause;
    const char* hint;
  };
  static constexpr std::array sentences{
      Sentence{"ENOSPC", "the disk is full", "make room, then build again"},
      Sentence{"EINTEGRITY", "an archive's hash is not the one in the lock file",
               "write the lock file again if you know why it changed; otherwise find out who changed it"},
      Sentence{"EUSAGE|can only install packages when your package.json and package-lock.json",
               "package.json and the lock file do not agree",
               "write the lock file again with `npm install --package-lock-only`"},
      Sentence{"ECONNREFUSED|ENOTFOUND|ETIMEDOUT|EAI_AGAIN|ECONNRESET|FETCH_ERROR|network",
               "the registry does not answer", "check the network, npm's `registry` setting and the proxy"},
      Sentence{"E404|ETARGET", "the registry has no such package or version",
               "correct it in package.json, and write the lock file again"},
      Sentence{"E401|E403|ENEEDAUTH", "the registry requires authentication", "put its token into .npmrc"}};
  for (const auto& [pattern, cause, hint] : sentences) {
    if (std::regex_search(log, std::regex(pattern)))
      return Error("install", lock.string(), cause, hint).with_detail(last_lines(log, 10));
  }
  return Error("install", lock.string(), "npm failed", "the last lines of npm's log, above, say why")
      .with_detail(last_lines(log, 15));
}

// Runs npm in `folder` with the settings that choose what fits the runtime. Returns its log if it failed.
std::optional<std::string> run_npm(const Function& function, const Store& store, const HostPath& folder,
                                   const std::string& task) {
  const TempDir scratch(temporary_folder(), "lbundle-npm");
  auto command = npm_command(store, folder,
                             {task, "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund",
                              "--install-links=true", "--bin-links=false", "--os=linux", "--libc=glibc",
                              format("--cpu={}", processor(function.architecture))});
  (*command.environment)["TMPDIR"] = scratch.path().string();
  const auto end = run(command);
  if (end.succeeded()) return std::nullopt;
  return end.output + end.error_output;
}

// Reads `os`, `cpu` and `libc` of a package.json as npm does: the value must be one of the names, and must
// not be there with a '!' before it.
bool allows(const Json& manifest, const char* key, const std::string& value) {
  if (!manifest.contains(key)) return true;
  const auto& listed = manifest[key];
  const auto names = listed.is_array() ? listed : Json::array({listed});
  bool any_named = false;
  bool found = false;
  for (const auto& name : names) {
    if (!name.is_string()) continue;
    const auto text = name.get<std::string>();
    if (text == "!" + value) return false;
    any_named = any_named || !text.starts_with('!');
    found = found || text == value || text == "any";
  }
  return found || !any_named;
}

// Lock files that npm wrote before version 11 do not mention the C library, so builds for every C library are
// installed. The packages themselves say which one they are for.
void remove_misfits(const HostPath& modules, const Function& function) {
  std::vector<HostPath> misfits;
  for (fs::recursive_directory_iterator at(modules), end; at != end; ++at) {
    if (at->path().filename() != "package.json" || !fs::is_regular_file(at->symlink_status())) continue;
    const auto folder = at->path().parent_path();
    const auto above = folder.parent_path();
    const bool scoped = above.filename().string().starts_with('@');
    if ((scoped ? above.parent_path() : above).filename() != "node_modules") continue;
    const auto manifest = Json::parse(read_text_file(at->path()), nullptr, false);
    if (!manifest.is_object()) continue;
    const bool fits = allows(manifest, "os", "linux") && allows(manifest, "libc", "glibc") &&
                      allows(manifest, "cpu", processor(function.architecture));
    if (!fits) misfits.push_back(folder);
  }
  for (const auto& folder : misfits) remove_tree(folder);
}

HostPath modules_folder(const Function& function, const Store& store) {
  auto folder = store.folder() / "node-modules" / to_hex(node_modules_key(function));
  mark_used(folder);
  if (fs::is_directory(folder)) return folder;
  refuse_links(*function.requirements);
  log_step("npm installs the packages of package-lock.json");
  TempDir filling(store.folder() / "node-modules", "filling");
  for (const auto* name : inputs) {
    const auto file = function.requirements->parent_path() / name;
    if (fs::is_regular_file(file)) write_file(filling.path() / name, read_text_file(file));
  }
  if (const auto log = run_npm(function, store, filling.path(), "ci"))
    throw npm_error(*log, *function.requirements);
  for (const auto* name : inputs) fs::remove(filling.path() / name);
  // npm's own list of what it installed.
  fs::remove(filling.path() / "node_modules/.package-lock.json");
  if (fs::is_directory(filling.path() / "node_modules"))
    remove_misfits(filling.path() / "node_modules", function);
  // If another build was faster, its packages are the same.
  if (!fs::is_directory(folder)) filling.publish(folder);
  return folder;
}

void copy_tree(const HostPath& from, const HostPath& to) {
  boost::system::error_code failure;
  fs::create_directories(to.parent_path(), failure);
  fs::copy(from, to, fs::copy_options::recursive | fs::copy_options::copy_symlinks, failure);
  if (failure) throw system_error("write", to.string(), failure.value());
}

// Copies a package's own files, but not the packages below it, which are copied by themselves.
void copy_package(const HostPath& from, const HostPath& to) {
  boost::system::error_code failure;
  fs::create_directories(to, failure);
  for (fs::directory_iterator at(from, failure), end; !failure && at != end; at.increment(failure)) {
    if (at->path().filename() == "node_modules") continue;
    fs::copy(at->path(), to / at->path().filename(),
             fs::copy_options::recursive | fs::copy_options::copy_symlinks, failure);
  }
  if (failure) throw system_error("write", to.string(), failure.value());
}

// Copies a package, or the packages of a scope, unless there is one already.
void copy_missing_package(const HostPath& from, const HostPath& to) {
  const auto name = from.filename().string();
  if (name.starts_with('.') || !fs::is_directory(from)) return;
  if (name.starts_with('@')) {
    for (const auto& entry : fs::directory_iterator(from))
      if (!fs::exists(to / entry.path().filename())) copy_tree(entry.path(), to / entry.path().filename());
  } else if (!fs::exists(to)) {
    copy_tree(from, to);
  }
}

// `places` are paths of the lock file: "node_modules/a/node_modules/b".
void copy_packages(const HostPath& from, const std::set<std::string>& places, const HostPath& to) {
  for (const auto& place : places) {
    const auto inside = place.substr(std::string_view("node_modules/").size());
    // Some packages of the lock file are for other machines and were not installed.
    if (fs::is_directory(from / inside)) copy_package(from / inside, to / inside);
  }
}

}  // namespace

Digest node_modules_key(const Function& function) {
  const auto folder = folder_of(function);
  KeyBuilder key;
  key.add("node modules 2").add(to_text(function.architecture));
  for (const auto& package : tool_pins("npm").packages) key.add(package);
  for (const auto* name : inputs) {
    const auto file = folder / name;
    key.add(fs::is_regular_file(file) ? read_text_file(file) : std::string());
  }
  return key.key();
}

void install_node_modules(const Function& function, const Store& store, const HostPath& target,
                          const HostPath& of_runtime) {
  const auto from = modules_folder(function, store) / "node_modules";
  // A lock file without packages leaves no folder.
  if (!fs::is_directory(from)) return;
  if (!function.leave_preinstalled) {
    copy_tree(from, target / "node_modules");
    return;
  }
  const auto parts = part_packages(packages_of(*function.requirements), function.runtime.preinstalled);
  copy_packages(from, parts.of_function, target / "node_modules");
  copy_packages(from, parts.of_runtime, of_runtime);
}

void install_runtime_modules(const Function& function, const std::set<std::string>& names, const Store& store,
                             const HostPath& of_runtime) {
  Json wanted = Json::object();
  KeyBuilder key;
  key.add("runtime modules 1").add(to_text(function.architecture));
  for (const auto& package : tool_pins("npm").packages) key.add(package);
  for (const auto& name : names) {
    boost::system::error_code ignored;
    const auto own = function.runtime.preinstalled.find(name.substr(0, name.find('/')));
    if (own == function.runtime.preinstalled.end() || fs::exists(of_runtime / name, ignored)) continue;
    wanted[name] = "<=" + own->second;
    key.add(name).add(own->second);
  }
  if (wanted.empty()) return;
  const auto folder = store.folder() / "node-modules" / to_hex(key.key());
  mark_used(folder);
  if (!fs::is_directory(folder)) {
    log_step(format("the packages of {} itself are fetched: {} and what they need", function.runtime.name,
                    wanted.begin().key()));
    TempDir filling(store.folder() / "node-modules", "filling");
    write_file(filling.path() / "package.json", to_line(Json{{"dependencies", wanted}}));
    if (const auto log = run_npm(function, store, filling.path(), "install"))
      throw Error(
          "fetch", format("the packages that {} has", function.runtime.name), "npm failed",
          "check the network and npm's `registry` setting; or leave `preinstalled = \"runtime\"` out of "
          "[stage], and depend on what the function imports")
          .with_detail(last_lines(*log, 10));
    remove_misfits(filling.path() / "node_modules", function);
    filling.publish_unless_there(folder);
  }
  for (const auto& entry : fs::directory_iterator(folder / "node_modules"))
    copy_missing_package(entry.path(), of_runtime / entry.path().filename());
}

}  // namespace lbundle
