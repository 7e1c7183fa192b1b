// The problem: a handler that works only because of something on this machine fails in production. The idea:
// an empty root that holds only what the runtime is known to have, under the names that it has there: the
// interpreter at /var/lang, system libraries in /lib64, the bundle at /var/task. Rejected: showing this
// machine's /usr read-only, which hides a missing libexpat, font or time zone; a copy of AWS's image, which
// is not available everywhere and holds more than the runtime. Beyond the runtime's own list, only the
// libraries that this machine's interpreter needs remain visible.
#include "sandbox/bubblewrap.hpp"

#include "model/lambda_paths.hpp"
#include "model/text.hpp"
#include "os/mapped_ids.hpp"
#include "python/system_root.hpp"
#include "sandbox/host_libraries.hpp"
#include "sandbox/lambda_environment.hpp"
#include "sandbox/open_folders.hpp"
#include "sandbox/program_driver.hpp"
#include "sandbox/usable_files.hpp"

namespace lbundle {

namespace {

constexpr std::uint64_t mebibyte = 1024ULL * 1024;

using Arguments = std::vector<std::string>;

void append(Arguments& arguments, std::initializer_list<std::string> more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
}

void show(Arguments& arguments, const HostPath& source, const std::string& target) {
  append(arguments, {"--ro-bind", source.string(), target});
}

void show_interpreter(Arguments& arguments, const SandboxPlan& plan) {
  if (needs_own_driver(plan)) {
    for (const auto& [source, target] : driver_mounts(plan)) show(arguments, source, target);
    return;
  }
  const auto& interpreter = plan.interpreter;
  const auto name = "python" + plan.runtime.version;
  const auto library = path_in(language_root, "lib/" + name);
  show(arguments, interpreter.program, path_in(language_root, "bin/" + name));
  append(arguments, {"--symlink", name, path_in(language_root, "bin/python3"), "--symlink", name,
                     path_in(language_root, "bin/python")});
  show(arguments, interpreter.stdlib, library);
  // Packages that were installed on this machine below the standard library stay hidden.
  for (const auto& folder : interpreter.site_packages) {
    const auto inside = folder.lexically_relative(interpreter.stdlib).string();
    if (inside.empty() || inside == "." || inside.starts_with("..") || !fs::exists(folder)) continue;
    const auto hidden = format("{}/{}", library, inside);
    append(arguments, {"--tmpfs", hidden, "--remount-ro", hidden});
  }
}

// The programs of the runtime are this machine's, or the system root's. On Amazon Linux, /bin/sh is bash.
void show_programs(Arguments& arguments, const SandboxPlan& plan, const std::vector<HostLibrary>& libraries) {
  const auto& root = plan.interpreter.root;
  auto programs = host_programs(plan.runtime.provided_programs, root);
  const auto bash = programs.find("bash");
  const auto shells = bash == programs.end() ? host_programs({"sh"}, root)
                                             : std::map<std::string, HostPath>{{"sh", bash->second}};
  programs.insert(shells.begin(), shells.end());
  for (const auto& [name, file] : programs) show(arguments, file, "/usr/bin/" + name);
  for (const auto& library : libraries_of_programs(programs, root, libraries))
    show(arguments, library.file, "/usr/lib64/" + library.name);
}

// The libraries are in /usr/lib64, with links as Amazon Linux has them. So LD_LIBRARY_PATH finds them before
// the bundle's own, and the loader of this machine, which looks in its own folders, finds them too.
void show_libraries(Arguments& arguments, const SandboxPlan& plan) {
  append(arguments, {"--dir", "/usr/lib64", "--dir", "/usr/lib", "--symlink", "usr/lib64", "/lib64",
                     "--symlink", "usr/lib", "/lib", "--symlink", "usr/bin", "/bin"});
  for (const auto* triplet : {"x86_64-linux-gnu", "aarch64-linux-gnu"}) {
    append(arguments, {"--symlink", "../lib64", format("/usr/lib/{}", triplet)});
  }
  const auto& provided = plan.runtime.provided_libraries;
  const auto libraries = needs_own_driver(plan) ? program_libraries(program_of_runtime(plan), provided)
                                                : host_libraries(plan.interpreter, provided);
  for (const auto& library : libraries) {
    const bool loader = library.name.starts_with('/');
    if (!loader) show(arguments, library.file, "/usr/lib64/" + library.name);
    if (!loader) continue;
    // "/lib64/ld-linux-x86-64.so.2" is reached through the links above.
    const auto target = library.name.starts_with("/usr/") ? library.name : "/usr" + library.name;
    show(arguments, library.file, target);
  }
  show_programs(arguments, plan, libraries);
}

// Lambda's /dev has no /dev/shm and no terminals.
void show_devices(Arguments& arguments) {
  append(arguments, {"--tmpfs", "/dev"});
  for (const auto* device : {"null", "zero", "full", "random", "urandom", "tty"}) {
    append(arguments, {"--dev-bind", format("/dev/{}", device), format("/dev/{}", device)});
  }
  append(arguments, {"--symlink", "/proc/self/fd", "/dev/fd", "--symlink", "/proc/self/fd/0", "/dev/stdin",
                     "--symlink", "/proc/self/fd/1", "/dev/stdout", "--symlink", "/proc/self/fd/2",
                     "/dev/stderr", "--remount-ro", "/dev"});
}

void show_network(Arguments& arguments, const Sandbox& settings) {
  // With services, the sandbox is already in the network that it shares with them.
  if (settings.network != Network::host && settings.services.empty()) append(arguments, {"--unshare-net"});
}

void show_resolver(Arguments& arguments, const Sandbox& settings) {
  if (settings.network != Network::host) return;
  append(arguments, {"--ro-bind-try", "/etc/resolv.conf", "/etc/resolv.conf"});
  // Certificates are where Amazon Linux has them, under both of its names.
  append(arguments, {"--ro-bind-try", "/etc/ssl/certs/ca-certificates.crt",
                     "/etc/pki/tls/certs/ca-bundle.crt", "--symlink", "../pki/tls/certs", "/etc/ssl/certs"});
}

// Shows the packages that the runtime itself has: Python's beside its client, Node.js's in a folder.
void show_runtime_packages(Arguments& arguments, const SandboxPlan& plan) {
  if (plan.runtime.language == Language::nodejs) {
    show(arguments, plan.runtime_packages, path_in(runtime_root, "node_modules"));
    // AWS's Node.js also looks in NODE_PATH for ES modules. Plain Node.js finds them in this folder above
    // /var/task.
    append(arguments, {"--symlink", path_in(runtime_root, "node_modules"), "/node_modules"});
    return;
  }
  for (const auto& entry : fs::directory_iterator(plan.runtime_packages)) {
    const auto name = entry.path().filename();
    if (plan.client.empty() || !fs::exists(plan.client / name))
      show(arguments, entry.path(), path_in(runtime_root, name.string()));
  }
}

void show_function(Arguments& arguments, const SandboxPlan& plan, const SandboxFiles& files) {
  show(arguments, plan.tree, task_root);
  if (files.layers.empty()) {
    append(arguments, {"--dir", layer_root});
  } else {
    show(arguments, files.layers, layer_root);
  }
  show(arguments, files.driver, bootstrap_in_sandbox);
  show(arguments, files.modules, driver_package_in_sandbox);
  if (!plan.client.empty()) {
    for (const auto& entry : fs::directory_iterator(plan.client)) {
      show(arguments, entry.path(), path_in(runtime_root, entry.path().filename().string()));
    }
  }
  if (!plan.runtime_packages.empty()) show_runtime_packages(arguments, plan);
  if (!files.tracer.empty()) show(arguments, files.tracer, tracer_in_sandbox);
  for (const auto& mount : plan.settings.mounts) {
    append(arguments, {mount.writable ? "--bind" : "--ro-bind", mount.source.string(), mount.target});
  }
}

// All that mounts, links and makes folders.
Arguments mounts_of(const SandboxPlan& plan, const SandboxFiles& files, const SandboxPlace& place) {
  Arguments mounts;
  show_interpreter(mounts, plan);
  show_libraries(mounts, plan);
  show_devices(mounts);
  const auto proc = proc_flags(place);
  mounts.insert(mounts.end(), proc.begin(), proc.end());
  append(mounts, {"--perms", "1777", "--size",
                  format("{}", static_cast<std::uint64_t>(plan.settings.tmp) * mebibyte), "--tmpfs", "/tmp"});
  show(mounts, files.passwd, "/etc/passwd");
  show(mounts, files.group, "/etc/group");
  show(mounts, files.hosts, "/etc/hosts");
  show_resolver(mounts, plan.settings);
  show_function(mounts, plan, files);
  append(mounts, {"--remount-ro", "/"});
  return mounts;
}

}  // namespace

SandboxPlace place_of(const SandboxPlan& plan) {
  auto place = sandbox_place();
  if (place.ids != SandboxIds::renamed && !lambda_user_can_use(plan)) place.ids = SandboxIds::renamed;
  return place;
}

std::vector<std::string> tracer_options(const SandboxPlace& place) {
  std::vector<std::string> options;
  if (place.ids != SandboxIds::renamed) append(options, {"--user", format("{}:{}", lambda_uid, lambda_gid)});
  if (place.ids == SandboxIds::mapped) append(options, {"--close-fd", std::to_string(namespace_descriptor)});
  if (place.processes == SandboxProcesses::shared) append(options, {"--own-signals"});
  return options;
}

std::vector<std::string> sandbox_arguments(const SandboxPlan& plan, const SandboxFiles& files) {
  const auto place = place_of(plan);
  auto arguments = sandbox_flags(place);
  arguments.emplace_back("--clearenv");
  for (const auto& [name, value] : lambda_environment(plan)) append(arguments, {"--setenv", name, value});
  show_network(arguments, plan.settings);
  const auto shown = with_open_folders(mounts_of(plan, files, place));
  arguments.insert(arguments.end(), shown.begin(), shown.end());
  append(arguments, {"--chdir", task_root});
  return arguments;
}

}  // namespace lbundle
