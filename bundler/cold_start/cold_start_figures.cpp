#include "cold_start/cold_start_figures.hpp"

#include <algorithm>
#include <functional>

#include "json/json.hpp"
#include "model/error.hpp"

namespace lbundle {

namespace {

template <typename Value>
Value median(std::vector<Value> values) {
  if (values.empty()) return Value{};
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

Json json_of(const ColdStartSide& side) {
  return {side.import_seconds, side.invoke_seconds, side.peak_memory.bytes(), side.bytes_read.bytes(),
          side.files_opened};
}

ColdStartSide side_from(const Json& json) {
  ColdStartSide side;
  side.import_seconds = json.at(0).get<double>();
  side.invoke_seconds = json.at(1).get<double>();
  side.peak_memory = ByteSize(json.at(2).get<std::uint64_t>());
  side.bytes_read = ByteSize(json.at(3).get<std::uint64_t>());
  side.files_opened = json.at(4).get<std::size_t>();
  return side;
}

}  // namespace

ColdStartSide medians_of(const std::vector<Answer>& answers) {
  const auto median_of = [&](const auto& member) {
    std::vector<std::decay_t<decltype(std::invoke(member, answers.front()))>> values;
    values.reserve(answers.size());
    for (const auto& answer : answers) values.push_back(std::invoke(member, answer));
    return median(std::move(values));
  };
  ColdStartSide side;
  side.import_seconds = median_of(&Answer::init_seconds);
  side.invoke_seconds = median_of(&Answer::invoke_seconds);
  side.peak_memory = ByteSize(median_of(&Answer::peak_memory));
  side.bytes_read = ByteSize(median_of(&Answer::bytes_read));
  return side;
}

std::string to_record(const ColdStart& start) {
  auto imports = Json::array();
  for (const auto& row : start.imports) imports.push_back({row.name, row.seconds, row.modules});
  return to_line(Json{{"processes", start.processes},
                      {"staged", json_of(start.staged)},
                      {"bundle", json_of(start.bundle)},
                      {"imports", std::move(imports)},
                      {"unused", start.unused}});
}

std::optional<ColdStart> cold_start_from_record(std::string_view record) {
  try {
    const auto json = parse_json(record, "a stored cold start");
    ColdStart start;
    start.processes = json.at("processes").get<int>();
    start.staged = side_from(json.at("staged"));
    start.bundle = side_from(json.at("bundle"));
    start.staged_seconds = start.staged.import_seconds;
    start.bundle_seconds = start.bundle.import_seconds;
    for (const auto& row : json.at("imports"))
      start.imports.push_back(
          {row.at(0).get<std::string>(), row.at(1).get<double>(), row.at(2).get<std::size_t>()});
    start.unused = json.at("unused").get<std::vector<std::string>>();
    return start;
  } catch (const Error&) {
    return std::nullopt;
  } catch (const JsonError&) {
    return std::nullopt;
  }
}

}  // namespace lbundle
