#include "runs/answer_record.hpp"

#include "json/json.hpp"
#include "model/error.hpp"
#include "os/base64.hpp"

namespace lbundle {

namespace {

// Bytes are written in base64, because what a handler prints need not be UTF-8.
Json bytes_json(const std::string& bytes) {
  return encode_base64(as_bytes(bytes));
}

std::string bytes_from(const Json& json) {
  const auto decoded = decode_base64(json.get<std::string>());
  if (!decoded) throw Error("read", "a stored answer", "not base64");
  return std::string(as_text(*decoded));
}

}  // namespace

std::string to_record(const Answer& answer) {
  const auto& end = answer.end;
  auto left = Json::array();
  for (const auto& [path, content] : answer.left_in_tmp) left.push_back({bytes_json(path), content});
  return to_line(Json{{"event", bytes_json(answer.event)},
                      {"exit_code", end.exit_code},
                      {"signal", end.signal_number},
                      {"timed_out", end.timed_out},
                      {"seconds", end.seconds},
                      {"stdout", bytes_json(end.output)},
                      {"stderr", bytes_json(end.error_output)},
                      {"returned", answer.returned},
                      {"result", bytes_json(answer.result)},
                      {"raised", answer.raised},
                      {"own_code", answer.own_code_ran},
                      {"error_type", bytes_json(answer.error_type)},
                      {"error_message", bytes_json(answer.error_message)},
                      {"traceback", bytes_json(answer.traceback)},
                      {"init_seconds", answer.init_seconds},
                      {"invoke_seconds", answer.invoke_seconds},
                      {"peak_memory", answer.peak_memory},
                      {"bytes_read", answer.bytes_read},
                      {"client", bytes_json(answer.client)},
                      {"left_in_tmp", std::move(left)},
                      {"written", bytes_json(answer.written)}});
}

std::optional<Answer> answer_from_record(std::string_view record) {
  try {
    const auto json = parse_json(record, "a stored answer");
    Answer answer;
    answer.event = bytes_from(json.at("event"));
    answer.end.exit_code = json.at("exit_code").get<int>();
    answer.end.signal_number = json.at("signal").get<int>();
    answer.end.timed_out = json.at("timed_out").get<bool>();
    answer.end.seconds = json.at("seconds").get<double>();
    answer.end.output = bytes_from(json.at("stdout"));
    answer.end.error_output = bytes_from(json.at("stderr"));
    answer.returned = json.at("returned").get<bool>();
    answer.result = bytes_from(json.at("result"));
    answer.raised = json.at("raised").get<bool>();
    answer.own_code_ran = json.at("own_code").get<bool>();
    answer.error_type = bytes_from(json.at("error_type"));
    answer.error_message = bytes_from(json.at("error_message"));
    answer.traceback = bytes_from(json.at("traceback"));
    answer.init_seconds = json.at("init_seconds").get<double>();
    answer.invoke_seconds = json.at("invoke_seconds").get<double>();
    answer.peak_memory = json.at("peak_memory").get<std::uint64_t>();
    answer.bytes_read = json.at("bytes_read").get<std::uint64_t>();
    answer.client = bytes_from(json.at("client"));
    for (const auto& left : json.at("left_in_tmp"))
      answer.left_in_tmp.emplace(bytes_from(left.at(0)), left.at(1).get<std::string>());
    answer.written = bytes_from(json.at("written"));
    return answer;
  } catch (const Error&) {
    return std::nullopt;
  } catch (const JsonError&) {
    return std::nullopt;
  }
}

}  // namespace lbundle
