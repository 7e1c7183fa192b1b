// The problem: most handlers behind an API catch everything and answer with an error. If their database is
// not there, they do so for every event, on the unshrunk tree and on the bundle. All answers are the same,
// and nothing is shown, because no event ran what the function is for.
//
// The idea: such an answer has a form. Where a whole build rests on such answers, it fails. A single event of
// that kind may be meant, so it is only a warning. Rejected: coverage of lines, because no number of lines
// says when an event is good enough.
#include "runs/unproven.hpp"

#include <algorithm>
#include <charconv>

#include "json/json.hpp"
#include "model/error.hpp"
#include "model/lambda_paths.hpp"
#include "model/text.hpp"
#include "os/atomic_file.hpp"
#include "runs/comparable_text.hpp"
#include "runs/describe_difference.hpp"
#include "runs/event_failure.hpp"

namespace lbundle {

namespace {

constexpr int first_server_error = 500;  // RFC 9110, section 15.6

Json object_of(const Answer& answer) {
  try {
    auto json = parse_json(answer.result, "an answer");
    return json.is_object() ? json : Json::object();
  } catch (const Error&) {
    return Json::object();
  }
}

int status_in(const Json& answer) {
  const auto found = answer.find("statusCode");
  if (found == answer.end()) return 0;
  if (found->is_number_integer()) return found->get<int>();
  if (!found->is_string()) return 0;
  const auto& text = found->get_ref<const std::string&>();
  int status = 0;
  std::from_chars(text.data(), text.data() + text.size(), status);
  return status;
}

bool is_empty(const Json& value) {
  return value.is_null() || (value.is_string() && value.get_ref<const std::string&>().empty());
}

std::string sign_of_failure(const Answer& answer) {
  const auto json = object_of(answer);
  if (const auto status = status_in(json); status >= first_server_error)
    return format("it answers statusCode {}", status);
  const auto message = json.find("errorMessage");
  if (message != json.end() && !is_empty(*message))
    return format("it answers errorMessage {}", excerpt(*message));
  for (const auto* log : {&answer.end.error_output, &answer.end.output}) {
    const auto failure = logged_failure(*log);
    if (!failure.empty()) return format("its log has {}", excerpt(Json(failure)));
  }
  if (!answer.own_code_ran) return "none of the function's own code ran, beyond imports";
  return {};
}

std::string way_out(const Answer& answer, const SandboxPlan& plan, const StagedTree& tree,
                    const WayToModule& way_to_module) {
  // The cause is in the answer or in the log, as a text for people.
  Answer failed;
  failed.error_message = format("{}\n{}\n{}", answer.result, answer.end.error_output, answer.end.output);
  const auto way = known_way_out_of_failure(failed, plan, tree, way_to_module);
  return way ? *way
             : "let the event get past it: start what the function talks to with [[sandbox.service]], set "
               "[environment], or correct the event; `lbundle build -v` shows what it answered and wrote";
}

bool is_source(const BundlePath& path) {
  return path.extension() == ".py";
}

// The path of the handler's module without its ending: "src/app" of "src/app.handler" and "src.app.handler".
std::string module_of_handler(const std::string& handler, bool dots_are_folders) {
  auto module = handler.substr(0, handler.rfind('.'));
  if (dots_are_folders) std::ranges::replace(module, '.', '/');
  return module;
}

std::vector<std::string> python_files(const StagedTree& tree, const SandboxPlan& plan) {
  const auto module = module_of_handler(plan.handler, true);
  // A handler that a dependency brings is the function's own code too, with the package around it.
  const auto top = module.substr(0, module.find('/'));
  std::vector<std::string> files;
  for (const auto& [path, node] : tree.files) {
    if (!is_source(path)) continue;
    const auto* owner = tree.distributions.owner_of(path);
    const bool own = owner == nullptr || owner->name.empty();
    const auto& bytes = path.bytes();
    if (own || bytes.starts_with(top + '/') || bytes == top + ".py")
      files.push_back(path_in(task_root, bytes));
  }
  return files;
}

std::vector<std::string> node_files(const StagedTree& tree, const SandboxPlan& plan) {
  const auto module = module_of_handler(plan.handler, false);
  for (const auto* ending : {".js", ".mjs", ".cjs"}) {
    const auto path = BundlePath::parse(module + ending);
    const auto* node = path ? tree.files.find(*path) : nullptr;
    const auto* file = node == nullptr ? nullptr : std::get_if<RegularFile>(node);
    if (file == nullptr || file->content.compressed) continue;
    const auto text = read_text_file(file->content.path);
    const bool defines = text.find("=>") != std::string::npos || text.find("function") != std::string::npos;
    if (defines) return {path_in(task_root, path->bytes())};
  }
  return {};
}

}  // namespace

std::string why_unproven(const Event& event, const std::vector<Answer>& answers) {
  if (event.expect == Expect::error || answers.empty()) return {};
  for (const auto& answer : answers)
    if (sign_of_failure(answer).empty()) return {};
  return sign_of_failure(answers.front());
}

Findings unproven_events(const std::vector<Event>& events, const AnswersOfRuns& answers,
                         const SandboxPlan& plan, const StagedTree& tree, const WayToModule& way_to_module,
                         bool allowed) {
  Findings findings;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const auto why = why_unproven(events[i], answers.at(i));
    if (why.empty()) continue;
    findings.push_back({Severity::warning, "event-fails-unshrunk", "",
                        format("event {} proves nothing, because it fails on the unshrunk tree too: {}",
                               events[i].name, why),
                        way_out(answers[i].front(), plan, tree, way_to_module)});
  }
  if (findings.empty() || findings.size() < events.size()) return findings;
  findings.push_back(
      {allowed ? Severity::warning : Severity::error, "no-event-got-through", "",
       format("no event got through: each of {} fails on the unshrunk tree too, so the same answers "
              "of the bundle mean nothing",
              events.size()),
       allowed ? "add an event that gets through"
               : "add an event that gets through, or accept this with --allow-failing-events"});
  return findings;
}

std::vector<std::string> files_to_watch(const StagedTree& tree, const SandboxPlan& plan) {
  switch (plan.runtime.language) {
    case Language::python:
      return python_files(tree, plan);
    case Language::nodejs:
      return node_files(tree, plan);
    case Language::provided:
      break;
  }
  return {};
}

}  // namespace lbundle
