// The problem: docker and podman, with a daemon or without, as root or not, on kernels that forbid this or
// that, are to run one program alike, and leave nothing behind. The idea: only flags that both know; names of
// our own, so that a container can be ended whatever became of the client that started it; and where the
// plain form fails, the known ways round are tried once. Rejected: descriptors passed into the container,
// which docker cannot; the engine's own time limit, which is podman's alone.
#include "engine/container.hpp"

#include <algorithm>
#include <mutex>
#include <random>

#include <unistd.h>

#include "model/text.hpp"

namespace lbundle {

namespace {

using Arguments = std::vector<std::string>;

void append(Arguments& arguments, std::initializer_list<std::string> more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
}

void refuse_unmountable(const std::string& path) {
  if (path.find_first_of(",\"\n") == std::string::npos) return;
  throw Error("mount", path, "container engines take no comma, quote or line break in a path",
              "rename the folder, or set backend = \"host\" in [stage]");
}

void mount(Arguments& arguments, const Mount& mount) {
  for (const auto& path : {mount.source.string(), mount.target}) refuse_unmountable(path);
  append(arguments, {"--mount", format("type=bind,source={},target={}{}", mount.source.string(), mount.target,
                                       mount.writable ? "" : ",readonly")});
}

void name_user(Arguments& arguments, const std::string& program, ContainerUser user) {
  const auto caller = format("{}:{}", geteuid(), getegid());
  append(arguments, {"--user", geteuid() == 0 && user == ContainerUser::lambda ? "993:990" : caller});
  // Without a daemon root inside is the caller; keep-id makes the caller the caller.
  if (geteuid() != 0 && program == "podman") append(arguments, {"--userns", "keep-id"});
}

void confine(Arguments& arguments, const std::string& program, int tmp) {
  append(arguments, {"--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--ipc",
                     "none", "--tmpfs", format("/tmp:rw,exec,nosuid,nodev,size={}m,mode=1777", tmp)});
  // podman puts writable folders into a read-only container of its own accord.
  if (program == "podman") append(arguments, {"--read-only-tmpfs=false"});
}

std::string fresh_name() {
  std::random_device source;
  return format("lbundle-{:08x}{:08x}", source(), source());
}

// Removes the container unless the client saw it end, and with --rm removed it.
class Removal {
 public:
  Removal(std::string program, std::string name) : program_(std::move(program)), name_(std::move(name)) {}
  Removal(const Removal&) = delete;
  Removal& operator=(const Removal&) = delete;
  ~Removal() {
    if (name_.empty()) return;
    try {
      remove_container(program_, name_);
    } catch (const std::exception&) {
      // The engine is gone meanwhile, and what brought us here is worth more to the user.
    }
  }
  void not_needed() { name_.clear(); }

 private:
  std::string program_, name_;
};

Arguments joined(Arguments first, const Arguments& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

// Forms of `run`, the plain one first. Some kernels refuse the limits that engines set by themselves, some
// what crun asks for and not what runc does, and some have no limit of memory to set.
std::vector<Engine> forms(const Engine& plain) {
  const Arguments limits{"--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1000:1000"};
  std::vector<Arguments> flags{{}, limits};
  if (plain.program == "podman" && !find_program("runc").empty()) {
    flags.push_back({"--runtime", "runc"});
    flags.push_back(joined({"--runtime", "runc"}, limits));
  }
  std::vector<Engine> list;
  for (const bool limits_memory : {true, false}) {
    for (const auto& more : flags) {
      list.push_back({plain.program, joined(more, plain.run_flags), limits_memory});
    }
  }
  return list;
}

ContainerRun trivial_run() {
  ContainerRun trivial;
  trivial.command = {"/bin/sh", "-c", ":"};
  trivial.confined = true;
  trivial.memory = 256;
  trivial.time_limit = std::chrono::seconds(60);
  return trivial;
}

}  // namespace

std::vector<std::string> engine_arguments(const Container& container, const ContainerRun& run,
                                          const std::string& name) {
  require(!run.command.empty(), "a container has a program to run");
  const auto& engine = container.engine;
  Arguments arguments{engine.program,   "run",
                      "--rm",           "--sig-proxy=false",
                      "--name",         name,
                      "--log-driver",   "none",
                      "--pull",         "never",
                      "--security-opt", "label=disable",
                      "--network",      run.network ? "host" : "none"};
  name_user(arguments, engine.program, run.user);
  if (run.confined) confine(arguments, engine.program, run.tmp);
  if (run.memory > 0 && engine.limits_memory) {
    const auto most = format("{}m", run.memory);
    append(arguments, {"--memory", most, "--memory-swap", most});
  }
  // podman hands the caller's proxies on, and they may name a password.
  if (engine.program == "podman") append(arguments, {"--http-proxy=false"});
  for (const auto& one : run.mounts) mount(arguments, one);
  for (const auto& [variable, value] : run.environment) {
    append(arguments, {"--env", format("{}={}", variable, value)});
  }
  if (!run.folder.empty()) append(arguments, {"--workdir", run.folder});
  arguments = joined(std::move(arguments), engine.run_flags);
  append(arguments, {"--entrypoint", run.command.front(), container.image.id});
  arguments.insert(arguments.end(), run.command.begin() + 1, run.command.end());
  return arguments;
}

ProcessEnd run(const Container& container, const ContainerRun& run) {
  const auto name = fresh_name();
  Command command;
  command.arguments = joined(run.prefix, engine_arguments(container, run, name));
  command.time_limit = run.time_limit;
  // A client that is killed amid its work can leave the container's monitor waiting for ever.
  command.time_to_end = std::chrono::seconds(5);
  Removal removal(container.engine.program, name);
  auto end = lbundle::run(command);
  // A client that was killed has removed nothing.
  if (!end.timed_out && end.signal_number == 0) removal.not_needed();
  return end;
}

Container with_working_flags(Container container) {
  static std::mutex guard;
  static std::map<std::pair<std::string, Arguments>, Engine> known;
  const std::lock_guard lock(guard);
  const auto users = container.engine.run_flags;
  const auto key = std::pair(container.engine.program, users);
  if (const auto found = known.find(key); found != known.end()) {
    container.engine = found->second;
    return container;
  }
  std::string complaint;
  for (auto& form : forms(container.engine)) {
    container.engine = form;
    const auto end = run(container, trivial_run());
    if (end.succeeded()) {
      known.emplace(key, std::move(form));
      return container;
    }
    if (complaint.empty()) complaint = end.timed_out ? describe(end) : end.error_output;
  }
  throw Error("start", "a container of " + container.image.name,
              format("{} fails to run a shell in it", container.engine.program),
              "try flags of your own, engine_flags = [\"…\"] in [stage], or set backend = \"host\"")
      .with_detail(complaint);
}

}  // namespace lbundle
