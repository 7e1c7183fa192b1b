// The problem: an event may fail on the unshrunk tree for many reasons, and most of them lie in its
// surroundings, not in the handler: a package that nobody required, a library that the runtime lacks, a
// network that the sandbox does not have. One hint for all of them helps with none.
//
// The idea: the texts of errors are stable, because programs rely on them: those of Lambda, of Python's
// import system, of Node.js's error codes and of the C library. Each such text is one kind of cause, and
// leads to the key of the project file for it. Functions for one kind return nothing if the error is of
// another kind, and the first that returns something wins. Rejected: to guess the cause from names of
// packages, because these are many and change.
#include "runs/event_failure.hpp"

#include <algorithm>
#include <array>

#include "json/json.hpp"
#include "model/text.hpp"
#include "python/missing_module.hpp"
#include "runs/missing_module.hpp"

namespace lbundle {

namespace {

using Way = std::optional<std::string>;

// What went wrong, as one text for all searches.
struct Failure {
  const Answer& answer;
  const SandboxPlan& plan;
  const StagedTree& tree;
  const WayToModule& way_to_module;
  std::string text;  // type and message

  bool says(std::string_view part) const { return text.find(part) != std::string::npos; }
  template <std::size_t N>
  bool says_one_of(const std::array<std::string_view, N>& parts) const {
    return std::ranges::any_of(parts, [this](std::string_view part) { return says(part); });
  }
};

Way limit_reached(const Failure& failure) {
  if (failure.answer.end.timed_out)
    return "raise `timeout` in [sandbox], or find out what the handler waits for; it has no network unless "
           "`network` says so";
  static constexpr std::array<std::string_view, 4> memory{"MemoryError", "Cannot allocate memory",
                                                          "JavaScript heap out of memory", "bad_alloc"};
  if (failure.answer.error_type == out_of_memory_error || failure.says_one_of(memory))
    return "raise `memory` in [sandbox], which is the function's MemorySize";
  if (failure.says("No space left on device") || failure.says("ENOSPC"))
    return "raise `tmp` in [sandbox], which is the size of the function's /tmp in MB";
  return std::nullopt;
}

Way missing_module(const Failure& failure) {
  const auto language = failure.plan.runtime.language;
  const auto name = missing_module_in(failure.text, language);
  if (!name) return std::nullopt;
  if (auto way = way_in_staged_tree(*name, language, failure.tree)) return way;
  if (!failure.way_to_module) return std::nullopt;
  return failure.way_to_module(*name);
}

Way missing_library(const Failure& failure) {
  const auto name = missing_library_named(failure.text);
  if (!name) return std::nullopt;
  return way_to_opened_library(*name, failure.plan.runtime, failure.tree.findings);
}

Way unfit_native_code(const Failure& failure) {
  const auto& runtime = failure.plan.runtime;
  static constexpr std::array<std::string_view, 4> other_machine{"wrong ELF class", "invalid ELF header",
                                                                 "Exec format error", "ENOEXEC"};
  if (failure.says_one_of(other_machine))
    return format(
        "that file is made for another processor or system; install the package for Linux on the "
        "architecture in [function], and leave copies from other machines out of `source`");
  if (failure.says("version `GLIBC"))
    return format(
        "that file was built for a newer system than {}, which is {} with glibc {}; require a "
        "release that has a wheel for manylinux2014, or build it on {}",
        runtime.name, runtime.os, runtime.glibc, runtime.os);
  if (failure.answer.end.signal_number != 0 && failure.answer.error_type == "Runtime.ExitError")
    return "native code crashed; `lbundle stage` reports which libraries of the tree do not fit the runtime";
  return std::nullopt;
}

Way loading_failed(const Failure& failure) {
  const auto& type = failure.answer.error_type;
  if (type == "Runtime.HandlerNotFound" || type == "Runtime.MalformedHandlerName")
    return format(
        "`handler` in [function] is '{}'; it must name a file and a function in it, as "
        "FILE.FUNCTION",
        failure.plan.handler);
  if (type == "Runtime.UserCodeSyntaxError")
    return format(
        "the source is not valid for {}; correct it, or choose the `runtime` that it was written for",
        failure.plan.runtime.name);
  return std::nullopt;
}

Way bad_answer(const Failure& failure) {
  const auto& type = failure.answer.error_type;
  if (type == "Runtime.MarshalError")
    return "let the handler return what JSON can hold: texts, numbers, lists, objects, true, false and null";
  if (type == "Function.ResponseSizeTooLarge")
    return "an answer can have 6 MB on Lambda: let the handler store a larger one, and return where it is";
  return std::nullopt;
}

// The kind of [[sandbox.service]] that would answer instead of the server that the failure names; null if
// there is none, or if the project has it.
const char* kind_of_server(const Failure& failure) {
  struct Sign {
    const char* text;
    ServiceKind kind;
  };
  static constexpr std::array<Sign, 7> signs{{{"amazonaws.com", ServiceKind::aws},
                                              {"5432", ServiceKind::postgres},
                                              {"postgres", ServiceKind::postgres},
                                              {"3306", ServiceKind::mysql},
                                              {"MySQL", ServiceKind::mysql},
                                              {"6379", ServiceKind::redis},
                                              {"redis", ServiceKind::redis}}};
  for (const auto& [text, kind] : signs) {
    const bool has_it =
        std::ranges::any_of(failure.plan.settings.services,
                            [&, wanted = kind](const Service& each) { return each.kind == wanted; });
    if (failure.says(text) && !has_it) return to_text(kind);
  }
  return nullptr;
}

Way without_network(const Failure& failure) {
  static constexpr std::array<std::string_view, 14> texts{"gaierror",
                                                          "Name or service not known",
                                                          "Temporary failure in name resolution",
                                                          "Network is unreachable",
                                                          "Connection refused",
                                                          "ConnectionRefusedError",
                                                          "Could not connect to the endpoint",
                                                          "Failed to establish a new connection",
                                                          "getaddrinfo",
                                                          "ENOTFOUND",
                                                          "ECONNREFUSED",
                                                          "ENETUNREACH",
                                                          "could not translate host name",
                                                          "Can't connect to MySQL server"};
  static constexpr std::array<std::string_view, 3> credentials{
      "security token included in the request is invalid", "InvalidClientTokenId",
      "UnrecognizedClientException"};
  if (failure.says_one_of(credentials))
    return "AWS itself was asked, with the sandbox's example credentials; let lbundle stand in for it: "
           "[[sandbox.service]] with kind = \"aws\"";
  if (!failure.says_one_of(texts)) return std::nullopt;
  const auto* kind = kind_of_server(failure);
  std::string way = kind != nullptr
                        ? format("let lbundle start it: [[sandbox.service]] with kind = \"{}\"", kind)
                        : "start the server that the handler talks to with [[sandbox.service]], and name it "
                          "in [environment]";
  if (failure.plan.settings.network != Network::host)
    way += "; the sandbox has no other network unless `network` in [sandbox] is \"host\"";
  return way;
}

// The variable that `os.environ[NAME]` did not find. The traceback shows that os.py raised the KeyError.
Way missing_variable(const Failure& failure) {
  const auto& answer = failure.answer;
  if (answer.error_type != "KeyError") return std::nullopt;
  const auto& stack = answer.traceback;
  const bool in_os =
      stack.find("/os.py\"") != std::string::npos || stack.find("<frozen os>") != std::string::npos;
  if (!in_os) return std::nullopt;
  auto name = answer.error_message;
  std::erase_if(name, [](char c) { return c == '\'' || c == '"'; });
  return format("set the variable: {} = \"…\" under [environment]", name);
}

// The name in "No such file or directory: 'NAME'" (Python) or "spawn NAME ENOENT" (Node.js).
std::string missing_file(const Failure& failure) {
  auto name = text_between(failure.text, "No such file or directory: '", "'");
  if (name.empty()) name = text_between(failure.text, "No such file or directory: b'", "'");
  if (name.empty()) name = text_between(failure.text, "no such file or directory, open '", "'");
  if (name.empty()) name = text_between(failure.text, "spawn ", " ENOENT");
  return name;
}

Way wrong_path(const Failure& failure) {
  if (failure.says("Read-only file system") || failure.says("EROFS"))
    return "only /tmp can be written to on Lambda: let the function write there";
  if (failure.says("Permission denied: '/opt/") || failure.says("permission denied, open '/opt/"))
    return "the layer's zip gives this file to its owner alone, and Lambda runs functions as another user: "
           "`chmod -R a+rX` before zipping; `lbundle check --layer` on the layer's zip names all such files";
  const auto name = missing_file(failure);
  if (name.empty()) return std::nullopt;
  const bool is_program =
      failure.says("spawn ") || failure.answer.traceback.find("/subprocess.py\"") != std::string::npos;
  if (name.find('/') == std::string::npos && is_program)
    return format(
        "the runtime has no program '{0}'; put one that is built for {1} into a layer as bin/{0}, "
        "which is in PATH, or beside the handler, and call it by its path",
        name, failure.plan.runtime.os);
  if (name.starts_with("/tmp/"))
    return format("each event starts with an empty /tmp: let the function make '{}' itself", name);
  if (name.starts_with("/opt/"))
    return format("'{}' comes from a layer: name the layer's zip in [[layer]]", name);
  if (name.starts_with('/') && !name.starts_with("/var/task/"))
    return format("show the function what is at '{}' there: [[sandbox.mount]] with source and target", name);
  return format("'{}' is not in the staged tree; add it to `source` in [function]", name);
}

Way process_ended(const Failure& failure) {
  if (failure.answer.error_type != "Runtime.ExitError") return std::nullopt;
  return "the function ended its own process (sys.exit, process.exit), which Lambda reports as a failure; "
         "let "
         "the handler return";
}

std::string cause_of(const Answer& answer, const SandboxPlan& plan) {
  if (answer.end.timed_out) return format("no answer within {} s", plan.settings.timeout.count() / 1000);
  if (answer.error_type == out_of_memory_error)
    return format("it needs more than the {} MB that the function has", plan.settings.memory);
  if (!answer.error_type.empty()) return answer.error_type + ": " + answer.error_message;
  return describe(answer.end) + " and no answer";
}

std::string detail_of(const Answer& answer, const SandboxPlan& plan) {
  static constexpr std::size_t shown_log_lines = 15;
  auto detail = answer.traceback;
  const auto end_line = [&] {
    if (!detail.empty() && !detail.ends_with('\n')) detail += '\n';
  };
  end_line();
  const auto log = last_lines(answer.end.error_output, shown_log_lines);
  if (!log.empty()) detail += "the end of its log:\n" + log;
  if (!plan.settings.services.empty()) {
    end_line();
    detail += "the logs of its servers: .lbundle/services\n";
  }
  return detail;
}

}  // namespace

std::optional<std::string> known_way_out_of_failure(const Answer& answer, const SandboxPlan& plan,
                                                    const StagedTree& tree,
                                                    const WayToModule& way_to_module) {
  const Failure failure{answer, plan, tree, way_to_module, answer.error_type + ": " + answer.error_message};
  for (const auto& way_of :
       {limit_reached, missing_module, missing_library, unfit_native_code, loading_failed, bad_answer,
        without_network, missing_variable, wrong_path, process_ended}) {
    if (auto way = way_of(failure)) return way;
  }
  return std::nullopt;
}

Error event_failed(const Event& event, const Answer& answer, const SandboxPlan& plan, const StagedTree& tree,
                   bool traced, const WayToModule& way_to_module) {
  // An event that is only compared leaves no evidence, traced or not.
  const auto* verb = traced && !event.verify_only ? "trace" : "run";
  const auto object = "event " + event.name;
  if (event.expect == Expect::error && answer.returned) {
    static constexpr std::size_t shown = 80;
    const auto result = answer.result.size() > shown ? answer.result.substr(0, shown) + "…" : answer.result;
    return Error(verb, object,
                 format("it answers {} on the unshrunk tree, and its [[event]] says expect = \"error\"",
                        result),
                 "leave `expect` out, or correct the event so that the handler raises")
        .with_detail(detail_of(answer, plan));
  }
  auto hint = known_way_out_of_failure(answer, plan, tree, way_to_module)
                  .value_or("correct what the message names, in the handler or in the event");
  if (event.expect == Expect::error)
    hint += "; expect = \"error\" is for an error that the handler itself raises";
  else if (answer.raised)
    hint += "; if the function is meant to raise this, write expect = \"error\" in the [[event]]";
  return Error(verb, object, "it fails on the unshrunk tree: " + cause_of(answer, plan), hint)
      .with_detail(detail_of(answer, plan));
}

}  // namespace lbundle
