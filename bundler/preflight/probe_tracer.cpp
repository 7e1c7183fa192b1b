// The problem: which methods work depends on the kernel, the user, the container and the sandbox, and a build
// sees it only when pip has ended. The idea: the tracer is started as events start it, in the strongest
// sandbox that works, on a program that does nothing. Rejected: to conclude it from the kernel's version,
// because container engines forbid calls that the kernel has.
#include "preflight/probe_tracer.hpp"

#include "json/json.hpp"
#include "model/text.hpp"
#include "os/bubblewrap.hpp"
#include "os/spawn.hpp"
#include "sandbox/tracer_program.hpp"

namespace lbundle {

namespace {

// It takes some milliseconds; a busy machine must not count as one that forbids it.
constexpr std::chrono::seconds patience{60};

// Runs the tracer with `words`, in a sandbox or without one.
ProcessEnd run_tracer(const std::vector<std::string>& words, bool in_sandbox) {
  const auto program = tracer_program().string();
  Command command;
  command.time_limit = patience;
  if (!in_sandbox) {
    command.arguments = {program};
    command.arguments.insert(command.arguments.end(), words.begin(), words.end());
    return run(command);
  }
  const auto& place = sandbox_place();
  const auto descriptors = sandbox_descriptors(place);
  const std::string inside = "/tmp/lbundle-trace";
  command.descriptors = descriptors.numbers;
  command.arguments = {bubblewrap_program().string()};
  const auto add = [&](const std::vector<std::string>& more) {
    command.arguments.insert(command.arguments.end(), more.begin(), more.end());
  };
  add(sandbox_flags(place));
  add({"--unshare-net", "--ro-bind", "/", "/", "--dev-bind", "/dev/null", "/dev/null"});
  add(proc_flags(place));
  add({"--tmpfs", "/tmp", "--ro-bind", program, inside, inside});
  add(words);
  return run(command);
}

Error does_not_run(const ProcessEnd& end) {
  const auto said = last_line(end.error_output);
  return {"run", tracer_program().string(), said.empty() ? "it ended with " + describe(end) : said,
          "install lbundle again: the program must be the one that was built with it"};
}

}  // namespace

std::vector<MethodFact> parse_probe(const std::string& text) {
  try {
    std::vector<MethodFact> methods;
    const auto json = parse_json(text, "lbundle-trace --probe");
    for (const auto& method : json.at("methods"))
      methods.push_back({method.at("name").get<std::string>(), method.at("works").get<bool>(),
                         method.at("why").get<std::string>()});
    return methods;
  } catch (const JsonError& error) {
    throw Error("read", "lbundle-trace --probe", error.what());
  }
}

TracerFacts probe_tracer(bool in_sandbox) {
  TracerFacts facts;
  try {
    const auto end = run_tracer({"--probe"}, in_sandbox);
    if (!end.succeeded()) throw does_not_run(end);
    facts.methods = parse_probe(end.output);
  } catch (const Error& error) {
    facts.problem = error.what();
    facts.hint = error.hint();
  }
  return facts;
}

std::optional<Error> fault_of_tracer(std::optional<TraceMethod> method, bool in_sandbox) {
  try {
    const auto* name = method ? tracer_method(*method) : "none";
    std::vector<std::string> words{"--method", name};
    // The sandbox has an empty /tmp of its own. What is not traced has no log.
    if (method) words.insert(words.end(), {"--log", in_sandbox ? "/tmp/log" : "/dev/null"});
    words.insert(words.end(), {"--", "/bin/true"});
    const auto end = run_tracer(words, in_sandbox);
    if (end.succeeded()) return std::nullopt;
    const auto said = last_line(end.error_output);
    if (!said.starts_with("lbundle-trace: cannot ")) return does_not_run(end);
    return Error("trace by", name, said.substr(said.find(": ") + 2),
                 method == TraceMethod::automatic ? "`lbundle doctor` says what each method needs"
                                                  : "leave `method` in [trace] out: lbundle then takes the "
                                                    "strongest method that works here");
  } catch (const Error& error) {
    return error;
  }
}

}  // namespace lbundle
