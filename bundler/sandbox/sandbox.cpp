// The problem: an event must run as Lambda would run it and be watched while it runs. What it prints, forks
// or kills must not be confused with the program that runs it. The idea: bubblewrap or a container engine
// makes the sandbox (bubblewrap.cpp with services.cpp, container_sandbox.cpp). A small driver (driver.py)
// runs the events as Lambda's runtime does, and reports through a descriptor of its own, never through
// stdout. Rejected: judging by the exit status, because bubblewrap also turns signals into one; a result on
// stdout, where a function prints too.
#include "sandbox/sandbox.hpp"

#include <fcntl.h>

#include "embedded/driver_scripts.hpp"
#include "embedded/sandbox_scripts.hpp"
#include "model/error.hpp"
#include "model/lambda_paths.hpp"
#include "model/text.hpp"
#include "os/atomic_file.hpp"
#include "os/digest_of.hpp"
#include "os/log.hpp"
#include "os/memory_file.hpp"
#include "os/seccomp_filter.hpp"
#include "os/temp_dir.hpp"
#include "os/tree_content.hpp"
#include "sandbox/bubblewrap.hpp"
#include "sandbox/container_sandbox.hpp"
#include "sandbox/known_services.hpp"
#include "sandbox/lambda_environment.hpp"
#include "sandbox/layers.hpp"
#include "sandbox/program_driver.hpp"
#include "sandbox/read_answer.hpp"
#include "sandbox/sequence.hpp"
#include "sandbox/services.hpp"
#include "sandbox/tracer_program.hpp"
#include "sandbox/unconfined.hpp"

namespace lbundle {

namespace {

// The descriptors that the sandbox gets. The first two are for driver.py.
constexpr int request_number = 3;
constexpr int answer_number = 4;
constexpr int arguments_number = 5;
constexpr int log_number = 6;
// os/bubblewrap.cpp has the numbers from 7 on.

// The tracer's exit status if the tracer itself fails.
constexpr int tracer_failed = 125;

// The driver enforces the function's limits. This limit is for a driver that hangs; otherwise it is never
// reached.
constexpr std::chrono::milliseconds grace{20'000};

SandboxFiles prepare_files(const SandboxPlan& plan, const HostPath& folder) {
  SandboxFiles files{.driver = folder / "bootstrap.py",
                     .modules = folder / "lbundle_driver",
                     .layers = {},
                     .passwd = folder / "passwd",
                     .group = folder / "group",
                     .hosts = folder / "hosts",
                     .tracer = tracer_program()};
  write_file(files.driver, embedded_sandbox_scripts_text("driver.py"));
  fs::create_directories(files.modules);
  for (const auto& [path, text] : embedded_driver_scripts)
    write_file(files.modules / std::string(path.substr(path.rfind('/') + 1)), text);
  write_file(files.passwd,
             "root:x:0:0:root:/root:/bin/sh\nsbx_user1051:x:993:990::/home/sbx_user1051:/sbin/nologin\n");
  write_file(files.group, "root:x:0:\nsbx_user1051:x:990:\n");
  write_file(files.hosts, "127.0.0.1 localhost\n::1 localhost\n");
  if (!plan.layers.empty()) {
    files.layers = folder / "opt";
    merge_layers(plan.layers, files.layers);
  }
  return files;
}

// The same for the same event, so that answers that contain it can be compared.
std::string request_id(const std::string& event) {
  const auto hex = to_hex(digest_of(event));
  return format("{}-{}-4{}-8{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 3), hex.substr(15, 3),
                hex.substr(18, 12));
}

// Writes `Request` of lbundle_driver/records.py.
std::string request_of(const SandboxPlan& plan, const std::vector<Event>& events, bool with_source_lines,
                       const std::string& control) {
  std::string request, ids, sizes, payload, watched;
  for (const auto& file : plan.watched_files) watched += (watched.empty() ? "" : "\n") + file;
  bool with_tmp = false;
  for (const auto& event : events) {
    const auto text = read_text_file(event.file);
    const auto* separator = ids.empty() ? "" : ",";
    // In a sequence, one event may come twice.
    ids += separator + request_id(payload.empty() ? event.name : format("{} {}", event.name, payload.size()));
    sizes += separator + std::to_string(text.size());
    payload += text;
    with_tmp = with_tmp || event.compare_tmp;
  }
  for (const auto& field :
       {plan.handler, plan.function_name, std::to_string(plan.settings.memory),
        format("{:.3f}", std::chrono::duration<double>(plan.settings.timeout).count()), ids,
        function_arn(plan.deployment, plan.function_name), std::to_string(timeout_shown(plan).count()),
        std::string(with_source_lines ? "1" : "0"), std::string(with_tmp ? "1" : "0"), watched, control,
        sizes}) {
    request += field + '\0';
  }
  return request + payload;
}

std::string nul_separated(const std::vector<std::string>& arguments) {
  std::string text;
  for (const auto& argument : arguments) text += argument + '\0';
  return text;
}

[[noreturn]] void throw_sandbox_failure(const SandboxPlan& plan, const ProcessEnd& end, bool traced) {
  const auto detail = last_lines(end.error_output, 20);
  if (plan.container) {
    throw Error(
        traced ? "trace an event in" : "run an event in", "a container of " + plan.container->image.name,
        format("it ended with {}", describe(end)),
        format("the image must have {}, as AWS's images have; name another one as `run_image` in [stage]",
               interpreter_in_sandbox(plan)))
        .with_detail(detail);
  }
  const bool tracer = traced && end.exit_code == tracer_failed;
  const auto* hint = tracer ? "choose another `trace.method`"
                            : "if the function sends a signal to all processes (kill -1), it also ends the "
                              "driver: let it signal only the processes that it started";
  throw Error(tracer ? "trace in" : "run an event in", "the sandbox",
              format("it ended with {}", describe(end)), hint)
      .with_detail(detail);
}

// The result of one run in a sandbox: how the sandbox itself ended, and the driver's records.
struct SandboxEnd {
  ProcessEnd end;
  std::string records;
  std::vector<std::string> written;  // event by event, see Answer
};

// Puts options behind the first word of a command.
std::vector<std::string> with_options(std::vector<std::string> program,
                                      const std::vector<std::string>& options) {
  program.insert(program.begin() + 1, options.begin(), options.end());
  return program;
}

HostPath services_folder(const SandboxFiles& files) {
  return files.driver.parent_path() / "services";
}

SandboxEnd run_in_bubblewrap(const SandboxPlan& plan, const SandboxFiles& files, std::string_view request,
                             const std::vector<std::string>& program, const std::string& event,
                             std::size_t events, const Fd* log) {
  const auto services = prepare_services(plan, services_folder(files));
  const auto requests = memory_file("request", request);
  const auto answers = memory_file("answer", "");
  // Not the file itself: the function can see the names of what the tracer has open.
  const auto seen = memory_file("log", "");
  const auto arguments = memory_file("arguments", nul_separated(sandbox_arguments(plan, files)));
  const auto place = place_of(plan);
  Command command;
  command.arguments = services.prefix;
  // bubblewrap itself is process 1 in the sandbox, and what runs there may read its variables and arguments.
  command.arguments.insert(command.arguments.end(), {"env", "-i", bubblewrap_program().string(), "--args",
                                                     std::to_string(arguments_number), "--"});
  const auto sealed = with_options(program, tracer_options(place));
  command.arguments.insert(command.arguments.end(), sealed.begin(), sealed.end());
  command.time_limit = 2 * plan.settings.timeout + grace;
  command.own_keyring = true;
  command.most_output = most_log;
  const auto descriptors = sandbox_descriptors(place);
  command.descriptors = descriptors.numbers;
  command.descriptors[request_number] = requests.number();
  command.descriptors[answer_number] = answers.number();
  command.descriptors[arguments_number] = arguments.number();
  if (log != nullptr) command.descriptors[log_number] = seen.number();
  auto end = run(command);
  keep_logs(plan, services, event, plan.scratch.parent_path() / "services");
  require_services(plan, services, end);
  if (log != nullptr) write_all(*log, as_bytes(read_back(seen)), "the access log");
  return {std::move(end), read_back(answers), written_by_events(plan, services, events)};
}

// A container can only get files by name, so a shell in it opens them under the same numbers. With services,
// the engine itself runs in their network, so the network that it takes for this machine's is theirs.
SandboxEnd run_in_container(const SandboxPlan& plan, const SandboxFiles& files, std::string_view request,
                            const std::vector<std::string>& program, const std::string& event,
                            std::size_t events, const Fd* log) {
  const auto services = prepare_services(plan, services_folder(files));
  const auto exchange = make_exchange(files.driver.parent_path() / "exchange", request, sandbox_filter());
  auto settings = sandbox_run(plan, files, exchange);
  settings.prefix = services.prefix;
  settings.network = settings.network || !services.prefix.empty();
  settings.command =
      launcher(with_options(program, filter_options()), lambda_environment(plan), log != nullptr);
  settings.most_output = most_log;
  settings.time_limit = 2 * plan.settings.timeout + grace;
  auto end = run(*plan.container, settings);
  keep_logs(plan, services, event, plan.scratch.parent_path() / "services");
  require_services(plan, services, end);
  if (log != nullptr) write_all(*log, as_bytes(read_text_file(exchange.log)), "the access log");
  return {std::move(end), read_text_file(exchange.answer), written_by_events(plan, services, events)};
}

SandboxEnd run_without_sandbox(const SandboxPlan& plan, const SandboxFiles& files, const std::string& request,
                               const std::vector<std::string>& program, std::size_t events, const Fd* log) {
  const Relocation relocation(plan, files, files.driver.parent_path() / "root");
  auto ended = run_unconfined(plan, relocation, request, program, 2 * plan.settings.timeout + grace);
  if (log != nullptr) write_all(*log, as_bytes(ended.log), "the access log");
  return {std::move(ended.end), std::move(ended.records), std::vector<std::string>(events)};
}

// Runs the driver, after the tracer's prefix, on the events, one after the other.
std::vector<Answer> run_in_sandbox(const SandboxPlan& asked, const std::vector<Event>& events,
                                   const SandboxFiles& files, const std::vector<std::string>& prefix,
                                   const Fd* log) {
  const auto request = request_of(asked, events, log == nullptr, control_name(asked, services_folder(files)));
  // The driver enforces the limit of each event. The sandbox gets the sum of all limits.
  auto plan = with_surroundings(asked, services_folder(files));
  plan.settings.timeout *= static_cast<int>(events.size());
  auto event = events.front();
  if (events.size() > 1) event.name = "sequence";
  auto program = prefix;
  const auto driver = driver_command(plan);
  program.insert(program.end(), driver.begin(), driver.end());
  auto ended = plan.settings.mode == SandboxMode::none
                   ? run_without_sandbox(plan, files, request, program, events.size(), log)
               : plan.container
                   ? run_in_container(plan, files, request, program, event.name, events.size(), log)
                   : run_in_bubblewrap(plan, files, request, program, event.name, events.size(), log);
  std::vector<Answer> answers(events.size());
  for (std::size_t i = 0; i < events.size(); ++i) {
    answers[i].event = events[i].name;
    answers[i].written = ended.written[i];
  }
  if (ended.end.left_out > 0)
    log_warning(format("event {}: it prints more than lbundle keeps, {} bytes were left out", event.name,
                       ended.end.left_out));
  // The log belongs to the whole process, and cannot be divided.
  answers.front().end = ended.end;
  if (!read_answers(ended.records, answers)) throw_sandbox_failure(plan, ended.end, log != nullptr);
  return answers;
}

std::vector<Answer> run_traced(const SandboxPlan& plan, const std::vector<Event>& events,
                               const std::string& name, int run_number, TraceMethod method,
                               const HostPath& log) {
  const TempDir folder(plan.scratch, "event");
  const auto files = prepare_files(plan, folder.path());
  const auto log_fd = open_file(log, O_WRONLY | O_CREAT | O_APPEND, "write");
  return run_in_sandbox(
      plan, events, files,
      {tracer_in_sandbox, "--method", tracer_method(method), "--log-fd", std::to_string(log_number), "--root",
       task_root, "--root", layer_root, "--event", name, "--run", std::to_string(run_number), "--"},
      &log_fd);
}

// What runs without a trace runs below the same processes as what is traced. So a function that counts
// processes, or knows their numbers, sees the same in both.
std::vector<std::string> without_trace() {
  return {tracer_in_sandbox, "--method", "none", "--"};
}

}  // namespace

Answer run_event(const SandboxPlan& plan, const Event& event) {
  const TempDir folder(plan.scratch, "event");
  return run_in_sandbox(plan, {event}, prepare_files(plan, folder.path()), without_trace(), nullptr).front();
}

std::vector<Answer> run_sequence(const SandboxPlan& plan, const std::vector<Event>& events) {
  const TempDir folder(plan.scratch, "sequence");
  return run_in_sandbox(plan, events, prepare_files(plan, folder.path()), without_trace(), nullptr);
}

Answer trace_event(const SandboxPlan& plan, const Event& event, int run_number, TraceMethod method,
                   const HostPath& log) {
  return run_traced(plan, {event}, event.name, run_number, method, log).front();
}

std::vector<Answer> trace_sequence(const SandboxPlan& plan, const std::vector<Event>& events,
                                   const std::string& name, TraceMethod method, const HostPath& log) {
  return run_traced(plan, events, name, 1, method, log);
}

std::string interpreter_in_sandbox(const SandboxPlan& plan) {
  switch (plan.runtime.language) {
    case Language::python:
      return path_in(language_root, "bin/python" + plan.runtime.version);
    case Language::nodejs:
      return path_in(language_root, "bin/node");
    case Language::provided:
      break;
  }
  return "/bin/sh";
}

std::string sandbox_version(const SandboxPlan& plan) {
  KeyBuilder key;
  key.add("sandbox 2");
  for (const auto& program : plan.runtime.provided_programs) key.add(program);
  key.add(tracer_version()).add(embedded_sandbox_scripts_text("driver.py"));
  for (const auto& [path, text] : embedded_driver_scripts) key.add(path).add(text);
  if (!plan.client.empty()) key.add(content_of(plan.client));
  if (needs_own_driver(plan)) {
    for (const auto& word : driver_command(plan)) key.add(word);
  }
  if (!plan.runtime_packages.empty()) key.add(content_of(plan.runtime_packages));
  key.add(sandbox_filter());
  key.add(plan.settings.mode == SandboxMode::none ? "no sandbox" : "");
  if (!plan.container && plan.settings.mode != SandboxMode::none) {
    const auto place = place_of(plan);
    key.add(format("{} {} {}", static_cast<int>(place.ids), static_cast<int>(place.processes),
                   place.own_host_name));
  }
  if (plan.container) {
    key.add(plan.container->image.id);
    for (const auto& flag : plan.container->engine.run_flags) key.add(flag);
  }
  return to_hex(key.key());
}

}  // namespace lbundle
