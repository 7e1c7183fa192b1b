#include "sandbox/read_answer.hpp"

#include <algorithm>
#include <array>

#include "json/json.hpp"
#include "model/text.hpp"

namespace lbundle {

namespace {

// Errors of the runtime and its client, which come before a handler runs or without one. Sources:
// awslambdaric/bootstrap.py, and Errors.js and UserFunction.js of aws-lambda-nodejs-runtime-interface-client.
constexpr std::array<std::string_view, 9> errors_without_handler{
    "Runtime.ImportModuleError",         "Runtime.HandlerNotFound",       "Runtime.UserCodeSyntaxError",
    "Runtime.MalformedHandlerName",      "Runtime.InvalidEntrypoint",     "Runtime.Unknown",
    "Runtime.CallbackHandlerDeprecated", "Runtime.StreamingNotSupported", "Runtime.BuiltInModuleConflict"};

void read_error(const Json& record, Answer& answer) {
  const auto& error = record.at("error");
  answer.error_type = error.value("type", "");
  answer.error_message = error.value("message", "");
  answer.traceback = error.value("stack", "");
  answer.invoke_seconds = record.value("invoke", 0.0);
  answer.raised =
      !record.value("init_failed", false) && !answer.error_type.empty() &&
      std::ranges::find(errors_without_handler, answer.error_type) == errors_without_handler.end();
}

// Sets Lambda's error for a runtime that ended instead of answering.
void name_the_end(Answer& answer, bool out_of_memory, double limit_seconds) {
  if (answer.returned || !answer.error_type.empty()) return;
  if (out_of_memory) {
    answer.error_type = out_of_memory_error;
    answer.error_message = "Runtime exited with error: signal: killed";
    return;
  }
  if (answer.end.timed_out) {
    answer.error_type = "Sandbox.Timedout";
    answer.error_message = format("Task timed out after {:.2f} seconds", limit_seconds);
    return;
  }
  answer.error_type = "Runtime.ExitError";
  const bool plain = answer.end.signal_number == 0 && answer.end.exit_code == 0;
  answer.error_message = plain ? "Runtime exited without providing a reason"
                               : format("Runtime exited with error: {}", describe(answer.end));
}

bool read_record(const Json& record, Answer& answer) {
  if (record.contains("client")) answer.client = record.value("client", "");
  if (record.contains("init")) answer.init_seconds = record.value("init", 0.0);
  if (record.contains("result")) {
    answer.returned = true;
    answer.result = record.value("result", "");
    answer.invoke_seconds = record.value("invoke", 0.0);
  }
  if (record.contains("error")) read_error(record, answer);
  if (record.contains("own_code")) answer.own_code_ran = record.value("own_code", true);
  if (record.contains("tmp")) {
    for (const auto& [path, content] : record.at("tmp").items())
      answer.left_in_tmp.emplace(path, content.get<std::string>());
  }
  if (!record.contains("end")) return false;
  const auto& end = record.at("end");
  answer.end.exit_code = end.value("exit", 0);
  answer.end.signal_number = end.value("signal", 0);
  answer.end.timed_out = end.value("timed_out", false);
  answer.peak_memory = end.value("peak_memory", std::uint64_t{0});
  answer.bytes_read = end.value("bytes_read", std::uint64_t{0});
  return true;
}

}  // namespace

bool read_answers(std::string_view records, std::vector<Answer>& answers) {
  bool ended = false;
  bool out_of_memory = false;
  double limit_seconds = 0.0;
  std::size_t at = 0;  // index of the event that the next answer is for
  const auto last = answers.size() - 1;
  while (!records.empty()) {
    const auto end = std::min(records.find('\n'), records.size());
    const auto record = Json::parse(records.substr(0, end), nullptr, false);
    try {
      if (record.is_object()) {
        ended = read_record(record, answers[std::min(at, last)]) || ended;
        if (record.contains("result") || record.contains("error")) ++at;
        if (record.contains("end")) {
          out_of_memory = record.at("end").value("out_of_memory", false);
          limit_seconds = record.at("end").value("limit", 0.0);
        }
      }
    } catch (const Json::exception&) {
      // A record with the right names and wrong types does not come from the driver.
    }
    records.remove_prefix(std::min(end + 1, records.size()));
  }
  if (ended) {
    for (; at < answers.size(); ++at) {
      name_the_end(answers[at], out_of_memory, limit_seconds);
    }
  }
  return ended;
}

bool read_answer(std::string_view records, Answer& answer) {
  std::vector<Answer> answers{std::move(answer)};
  const bool ended = read_answers(records, answers);
  answer = std::move(answers.front());
  return ended;
}

}  // namespace lbundle
