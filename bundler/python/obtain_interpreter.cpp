// The problem: a runtime's Python decides which wheels fit, how sources are compiled and what events answer.
// Most machines have one minor version of Python, which is not the runtime's. The idea: an interpreter of
// this machine comes first. Next comes one that was fetched before, without asking any server, so that a
// build does not change because a server is reachable again. Then each source is asked in turn, and if none
// works, the error gives all their reasons.
#include "python/obtain_interpreter.hpp"

#include "model/text.hpp"
#include "os/log.hpp"
#include "project/interpreter_sources.hpp"
#include "python/debian_root.hpp"
#include "python/standalone_python.hpp"

namespace lbundle {

namespace {

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

// Adds the line "E: unable to …" of mmdebstrap's log, which says more than its exit status.
std::string cause_of(const Error& error) {
  const std::string whole = error.what();
  std::string cause = first_line(whole);
  const auto& detail = error.detail();
  for (const auto* mark : {"E: ", "ERROR: "}) {
    const auto at = detail.find(mark);
    if (at != std::string::npos) return cause + ": " + first_line(detail.substr(at));
  }
  return cause;
}

}  // namespace

std::vector<InterpreterWay> interpreter_ways(const std::string& version, const Store& store) {
  std::vector<InterpreterWay> ways;
  ways.push_back({"uv python install " + version,
                  [=, &store] { return cached_standalone_python(version, store); },
                  [=, &store] { return fetch_standalone_python(version, store); }});
  if (const auto* source = interpreter_source(version)) {
    ways.push_back({format("mmdebstrap, Debian {}", source->release),
                    [=, &store] { return cached_debian_python(*source, store); },
                    [=, &store] { return make_debian_python(*source, store); }});
  }
  return ways;
}

std::optional<Interpreter> first_interpreter(const std::vector<InterpreterWay>& ways,
                                             std::vector<InterpreterAttempt>& attempts) {
  for (const auto& way : ways) {
    if (auto known = way.fetched()) return known;
  }
  for (const auto& way : ways) {
    try {
      return way.fetch();
    } catch (const Error& error) {
      attempts.push_back({way.name, cause_of(error)});
      log_step(format("{} failed: {}", way.name, attempts.back().cause));
      log_detail(error.detail());
    }
  }
  return std::nullopt;
}

Error no_interpreter(const std::string& version, const std::string& others,
                     const std::vector<InterpreterAttempt>& attempts, bool may_fetch,
                     const InstallWays& ways) {
  const auto name = "python" + version;
  std::string detail;
  for (const auto& attempt : attempts) detail += format("{}: {}\n", attempt.name, attempt.cause);
  if (may_fetch && interpreter_source(version) == nullptr)
    detail += format("Debian: no release in rules/interpreters.toml has Python {}\n", version);
  auto hint = "install it: " + way_to_python(version, ways);
  if (!may_fetch) hint += "; or let lbundle fetch one: interpreter = \"fetch\" in [stage]";
  return Error("find", name,
               format("no Python {} is in PATH or in a usual place{}{}", version, others.empty() ? "" : "; ",
                      others) +
                   (may_fetch ? ", and none could be fetched" : ""),
               hint)
      .with_detail(std::move(detail));
}

Interpreter obtain_interpreter(const Runtime& runtime, InterpreterChoice choice, const Store& store) {
  const auto& version = runtime.version;
  auto search = look_for_interpreter(version);
  if (search.found) return std::move(*search.found);
  const bool may_fetch = choice == InterpreterChoice::fetch;
  std::vector<InterpreterAttempt> attempts;
  if (may_fetch) {
    if (auto fetched = first_interpreter(interpreter_ways(version, store), attempts)) {
      log_step(format("this machine has no Python {}, so {} of {} is used", version, fetched->version,
                      fetched->origin));
      return std::move(*fetched);
    }
  }
  throw no_interpreter(version, search.others, attempts, may_fetch, install_ways({version}));
}

std::optional<Interpreter> known_interpreter(const std::string& version, InterpreterChoice choice,
                                             const Store& store) {
  auto search = look_for_interpreter(version);
  if (search.found || choice == InterpreterChoice::find) return std::move(search.found);
  for (const auto& way : interpreter_ways(version, store)) {
    if (auto known = way.fetched()) return known;
  }
  return std::nullopt;
}

Findings judge_interpreter_origin(const Interpreter& interpreter) {
  if (interpreter.origin.empty()) return {};
  return {{Severity::note, "interpreter-fetched", "",
           format("this machine has no Python {}, so staging and events ran on {} of {}",
                  interpreter.version.substr(0, interpreter.version.rfind('.')), interpreter.version,
                  interpreter.origin),
           "with interpreter = \"find\" in [stage], lbundle uses only an interpreter of this machine"}};
}

}  // namespace lbundle
