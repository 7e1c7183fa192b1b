// The problem: one program is to run in the same way with docker and podman, with a daemon or without, as
// root or not, on kernels that forbid one thing or another; and nothing may be left behind. The idea: use
// only flags that both engines know; give containers our own names, so that a container can be ended whatever
// happened to the client that started it; and if the plain form fails, try the known workarounds once.
// Rejected: descriptors passed into the container, which docker cannot do; the engine's own time limit, which
// only podman has.
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
  throw Error("mount", path, "container engines accept no comma, quote or line break in a path",
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
  // Without a daemon, the caller is root inside. keep-id gives the caller their own id inside.
  if (geteuid() != 0 && program == "podman") append(arguments, {"--userns", "keep-id"});
}

void confine(Arguments& arguments, const std::string& program, int tmp) {
  append(arguments, {"--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--ipc",
                     "none", "--tmpfs", format("/tmp:rw,exec,nosuid,nodev,size={}m,mode=1777", tmp)});
  // podman makes some folders of a read-only container writable unless it is asked not to.
  if (program == "podman") append(arguments, {"--read-only-tmpfs=false"});
}

std::string fresh_name() {
  std::random_device source;
  return format("lbundle-{:08x}{:08x}", source(), source());
}

// Removes the container, unless the client saw it end and removed it because of --rm.
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
      // The engine has stopped working in the meantime. The error that led here is more useful to the user.
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

// The forms of `run` to try, the plain one first. Some kernels refuse the limits that engines set by default.
// Some refuse what crun asks for, but not what runc asks for. Some cannot limit memory.
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
  // podman passes the caller's proxy variables on, and they may contain a password.
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
  command.most_output = run.most_output;
  // If a client is killed in the middle of its work, the container's monitor may wait for ever, so the client
  // gets time to end.
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
