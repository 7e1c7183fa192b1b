// The problem: pip in an image knows the right glibc, compiler and tags, but nothing of this machine: its
// index, proxy and certificates, or the wheels that a requirements file names by a path. The idea: the
// project's folder, and every path that pip's settings or the requirements name, is mounted read-only in the
// container at the same path as here. As on the host, the work has two steps: build wheels into a folder that
// is kept under a key, then install exactly those. Rejected: mounting the whole home folder, which holds keys
// that no build script should see; one step directly into the target, because pip then writes the paths of
// local packages into direct_url.json.
#include "install/container_pip.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "cache/inventory.hpp"
#include "model/text.hpp"
#include "os/atomic_file.hpp"
#include "os/digest_of.hpp"
#include "os/log.hpp"
#include "os/temp_dir.hpp"
#include "python/pip.hpp"
#include "python/requirement_list.hpp"

namespace lbundle {

namespace {

constexpr const char* wheels_inside = "/lbundle/wheels";
constexpr const char* cache_inside = "/lbundle/cache";
constexpr const char* target_inside = "/lbundle/target";
constexpr const char* home_inside = "/lbundle/home";
constexpr const char* python_inside = "/lbundle/python";
// Where AWS's images and other images have their interpreter.
constexpr const char* search_path =
    "/var/lang/bin:/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin";

using Variables = std::map<std::string, std::string>;

bool is_for_pip(std::string_view name) {
  static constexpr std::array<std::string_view, 11> others{
      "http_proxy", "https_proxy", "no_proxy",           "all_proxy",      "HTTP_PROXY",   "HTTPS_PROXY",
      "NO_PROXY",   "ALL_PROXY",   "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"};
  return name.starts_with("PIP_") || std::ranges::find(others, name) != others.end();
}

Variables environment_for_pip() {
  Variables environment;
  for (auto& [name, value] : pip_environment()) {
    if (is_for_pip(name)) environment.emplace(name, value);
  }
  environment.erase("PIP_CACHE_DIR");
  environment.insert({{"HOME", home_inside},
                      {"LC_ALL", "C.UTF-8"},
                      {"PATH", search_path},
                      {"PYTHONDONTWRITEBYTECODE", "1"},
                      // With this, compilers and archivers write no current date.
                      {"SOURCE_DATE_EPOCH", "315532800"}});
  return environment;
}

// Mounts by their target, so that each target has only one.
class Mounts {
 public:
  void show(const HostPath& source, const std::string& target) { mounts_[target] = {source, target, false}; }
  void give(const HostPath& source, const std::string& target) { mounts_[target] = {source, target, true}; }
  // Mounts `path` at its own path. Does nothing if a mounted folder contains it already.
  void show_in_place(const HostPath& path) {
    boost::system::error_code ignored;
    const auto place = path.lexically_normal().string();
    if (!fs::exists(path, ignored)) return;
    for (const auto& [target, mount] : mounts_) {
      if (place == target || place.starts_with(target + "/")) return;
    }
    show(place, place);
  }
  std::vector<Mount> list() const {
    std::vector<Mount> all;
    for (const auto& [target, mount] : mounts_) all.push_back(mount);
    return all;
  }

 private:
  std::map<std::string, Mount> mounts_;
};

void show_requirements(Mounts& mounts, const HostPath& requirements, const HostPath& project_folder) {
  mounts.show_in_place(project_folder);
  const auto files = requirement_files(requirements);
  for (const auto* paths : {&files.lists, &files.packages, &files.indexes}) {
    for (const auto& path : *paths) mounts.show_in_place(path);
  }
}

// Mounts pip's own configuration files, those of the machine and those of the user. Source: "Configuration
// files", pip's documentation.
void show_configuration(Mounts& mounts, const HostPath& home) {
  const auto show_file = [&](const HostPath& file, const std::string& target) {
    boost::system::error_code ignored;
    if (!fs::is_regular_file(file, ignored)) return;
    mounts.show(file, target);
    for (const auto& path : existing_paths(read_text_file(file))) mounts.show_in_place(path);
  };
  show_file("/etc/pip.conf", "/etc/pip.conf");
  const char* users = std::getenv("HOME");
  if (users == nullptr) return;
  for (const auto* name : {".netrc", ".pip/pip.conf", ".config/pip/pip.conf"}) {
    // Makes the file over which it is mounted. If the engine made it, it might belong to root.
    if (fs::exists(HostPath(users) / name)) write_file(home / name, std::string_view{});
    show_file(HostPath(users) / name, format("{}/{}", home_inside, name));
  }
}

void show_named_by(Mounts& mounts, const Variables& environment) {
  for (const auto& [name, value] : environment) {
    if (!is_for_pip(name)) continue;
    for (const auto& path : existing_paths(value)) mounts.show_in_place(path);
  }
}

std::string python_of(const Function& function) {
  return "python" + function.runtime.version;
}

// Returns the text of _manylinux.py, a module by which a system tells pip which glibc wheels may need. An
// image may be newer than the runtime, and without this its pip would take wheels that only the image can
// load. For versions about which the module says nothing (None), pip compares with the image's glibc as
// usual. Source: PEP 600, "Package installers".
std::string glibc_of_wheels(const Runtime& runtime) {
  const auto dot = runtime.glibc.find('.');
  return format(
      "def manylinux_compatible(major, minor, machine):\n"
      "    return None if (major, minor) <= ({}, {}) else False\n",
      runtime.glibc.substr(0, dot), runtime.glibc.substr(dot + 1));
}

HostPath write_glibc_of_wheels(const TempDir& folder, const Runtime& runtime) {
  write_file(folder.path() / "_manylinux.py", glibc_of_wheels(runtime));
  return folder.path();
}

void run_pip(const Container& container, const Function& function, ContainerRun run,
             const std::vector<std::string>& arguments) {
  run.command = {"/bin/sh", "-c", "exec \"$@\"", "sh", python_of(function), "-m", "pip"};
  run.command.insert(run.command.end(), arguments.begin(), arguments.end());
  const auto end = lbundle::run(container, run);
  if (end.succeeded()) return;
  const auto log = end.output + end.error_output;
  const bool no_python = end.exit_code == 127;
  if (no_python || log.find("No module named pip") != std::string::npos) {
    throw Error("install with", container.image.name,
                format("the image has no {}{}", no_python ? "" : "pip for ", python_of(function)),
                "name another image as `image` in [stage]")
        .with_detail(last_lines(log, 5));
  }
  // The engine failed before pip started.
  if (end.exit_code == 125) {
    throw Error("start", "a container of " + container.image.name, container.engine.program + " failed",
                "try your own flags for the engine, engine_flags = [\"…\"] in [stage]")
        .with_detail(last_lines(log, 5));
  }
  throw pip_error(log, function);
}

HostPath made(const HostPath& folder) {
  boost::system::error_code failure;
  fs::create_directories(folder, failure);
  if (failure) throw system_error("make", folder.string(), failure.value());
  return folder;
}

HostPath wheel_folder(const Container& container, const Function& function, const HostPath& project_folder,
                      const Digest& key, const Store& store) {
  const auto name = to_hex(KeyBuilder().add("container wheels 2").add(key).add(container.image.id).key());
  auto folder = store.folder() / "wheels" / name;
  mark_used(folder);
  if (fs::is_directory(folder)) return folder;
  TempDir filling(store.folder() / "wheels", "filling");
  const TempDir home(made(store.folder() / "tmp"), "home");
  const TempDir python(made(store.folder() / "tmp"), "python");
  ContainerRun run;
  run.network = true;
  run.environment = environment_for_pip();
  run.environment["PYTHONPATH"] = python_inside;
  run.folder = function.requirements->parent_path().string();
  Mounts mounts;
  show_requirements(mounts, *function.requirements, project_folder);
  show_configuration(mounts, home.path());
  show_named_by(mounts, run.environment);
  mounts.show(write_glibc_of_wheels(python, function.runtime), python_inside);
  mounts.give(home.path(), home_inside);
  mounts.give(filling.path(), wheels_inside);
  // pip also caches what it compiled, and a wheel does not say in which image. So each image has its own
  // cache.
  mounts.give(made(store.folder() / "pip-container" / to_hex(digest_of(container.image.id)).substr(0, 16)),
              cache_inside);
  run.mounts = mounts.list();
  run_pip(container, function, run,
          {"wheel", "--disable-pip-version-check", "--progress-bar=off", "--wheel-dir", wheels_inside,
           "--cache-dir", cache_inside, "-r", function.requirements->string()});
  // If another build was faster, its wheels are as good.
  if (!fs::is_directory(folder)) filling.publish(folder);
  return folder;
}

void install_wheels(const Container& container, const Function& function, const HostPath& wheels,
                    const Store& store, const HostPath& target) {
  const auto pins = pins_of(wheels);
  if (pins.empty()) return;
  const TempDir folder(made(store.folder() / "tmp"), "pins");
  write_file(folder.path() / "pins.txt", pins);
  ContainerRun run;
  run.environment = {{"HOME", "/tmp"},
                     {"LC_ALL", "C.UTF-8"},
                     {"PATH", search_path},
                     {"PIP_CONFIG_FILE", "/dev/null"},
                     {"PYTHONDONTWRITEBYTECODE", "1"}};
  run.folder = "/";
  run.mounts = {
      {wheels, wheels_inside, false}, {folder.path(), "/lbundle/pins", false}, {target, target_inside, true}};
  run_pip(container, function, run,
          {"install", "--disable-pip-version-check", "--progress-bar=off", "--no-warn-conflicts",
           "--no-compile", "--no-cache-dir", "--no-index", "--no-deps", "--find-links", wheels_inside,
           "--target", target_inside, "-r", "/lbundle/pins/pins.txt"});
}

}  // namespace

std::vector<HostPath> existing_paths(const std::string& text) {
  static constexpr const char* separators = " \t\r\n=:,\"'";
  std::vector<HostPath> paths;
  for (auto from = text.find_first_not_of(separators); from != std::string::npos;) {
    const auto end = std::min(text.find_first_of(separators, from), text.size());
    const auto word = text.substr(from, end - from);
    boost::system::error_code ignored;
    // A single "/" in a comment, or the slashes of a URL, would mount the whole machine.
    const bool is_path = word.size() > 1 && word[0] == '/' && word[1] != '/';
    if (is_path && fs::exists(word, ignored)) paths.emplace_back(word);
    from = text.find_first_not_of(separators, end);
  }
  return paths;
}

void install_in_container(const Container& container, const Function& function,
                          const HostPath& project_folder, const Digest& key, const Store& store,
                          const HostPath& target) {
  log_step(format("pip installs the requirements in {}", container.image.name));
  const auto wheels = wheel_folder(container, function, project_folder, key, store);
  install_wheels(container, function, wheels, store, target);
}

}  // namespace lbundle
