#include "cli/init_output.hpp"

#include <algorithm>

#include "json/json.hpp"
#include "model/text.hpp"

namespace lbundle::cli {

namespace {

std::string init_json(const init::InitResult& result) {
  const auto& found = result.found;
  Json json = {{"schema", 1},
               {"function", found.name.value},
               {"runtime", found.runtime.value},
               {"project_file", result.project_file.string()},
               {"facts", Json::array()},
               {"written", Json::array()},
               {"notes", found.notes},
               {"next", result.next}};
  for (const auto& [what, fact] : result.facts)
    json["facts"].push_back({{"what", what}, {"value", fact.value}, {"from", fact.from}});
  for (const auto& file : result.written)
    json["written"].push_back({{"path", init::shown(file.file, found.folder)}, {"what", file.what}});
  return json.dump(2) + '\n';
}

// Rows of words in columns, each column as wide as its widest word.
std::string rows(const std::vector<std::vector<std::string>>& lines) {
  std::vector<std::size_t> widths;
  for (const auto& line : lines)
    for (std::size_t i = 0; i + 1 < line.size(); ++i) {
      widths.resize(std::max(widths.size(), i + 1));
      widths[i] = std::max(widths[i], line[i].size());
    }
  std::string text;
  for (const auto& line : lines) {
    std::string row = " ";
    for (std::size_t i = 0; i < line.size(); ++i)
      row += i + 1 < line.size() ? format(" {:<{}} ", line[i], widths[i]) : " " + line[i];
    row.erase(row.find_last_not_of(' ') + 1);
    text += row + "\n";
  }
  return text;
}

}  // namespace

std::string init_output(const init::InitResult& result, const CommonOptions& options) {
  if (options.format == Format::json) return init_json(result);
  const auto& found = result.found;
  std::vector<std::vector<std::string>> facts, written;
  for (const auto& [what, fact] : result.facts) facts.push_back({what, fact.value, fact.from});
  for (const auto& file : result.written)
    written.push_back({init::shown(file.file, found.folder), file.what});
  auto text = "Found\n" + rows(facts) + "\nWritten\n" + rows(written);
  if (!found.notes.empty()) text += "\nTo look at\n";
  for (const auto& note : found.notes) text += "  · " + note + "\n";
  text += "\nNext\n";
  int number = 0;
  for (const auto& step : result.next) text += format("  {}. {}\n", ++number, step);
  return text;
}

}  // namespace lbundle::cli
