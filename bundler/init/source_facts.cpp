#include "init/source_facts.hpp"

#include <algorithm>
#include <regex>
#include <sstream>

#include "model/error.hpp"
#include "model/text.hpp"
#include "os/bytes.hpp"
#include "python/script.hpp"

namespace lbundle::init {

namespace {

std::optional<std::string> text_or_none(const Json& json) {
  return json.is_string() ? std::optional(json.get<std::string>()) : std::nullopt;
}

SourceFacts facts_from(const Json& json) {
  SourceFacts facts;
  for (const auto& each : json.at("imports"))
    facts.imports.push_back({each.at(0), each.at(1).get<std::vector<std::string>>(), each.at(2)});
  for (const auto& each : json.at("standard")) facts.standard.insert(each.get<std::string>());
  for (const auto& each : json.at("texts")) facts.texts.emplace_back(each.at(0), each.at(1));
  for (const auto& each : json.at("names")) facts.names.emplace_back(each.at(0), each.at(1));
  for (const auto& each : json.at("functions")) {
    SourceFacts::Function function{each.at(0), each.at(1), std::nullopt};
    if (each.at(2).is_array()) function.parameters = each.at(2).get<std::vector<std::string>>();
    facts.functions.push_back(std::move(function));
  }
  for (const auto& each : json.at("clients")) facts.clients.emplace_back(each.at(0), each.at(1));
  for (const auto& each : json.at("routes")) facts.routes.push_back({each.at(0), each.at(1), each.at(2)});
  for (const auto& each : json.at("variables"))
    facts.variables.push_back({each.at(0), each.at(1), each.at(2), text_or_none(each.at(3))});
  facts.reads = json.at("reads");
  return facts;
}

std::vector<std::string> parameters_in(const std::string& text) {
  std::vector<std::string> names;
  static const std::regex name(R"((\w+)\s*(?::[^,]*)?(?:=[^,]*)?(?:,|$))");
  for (std::sregex_iterator at(text.begin(), text.end(), name), end; at != end; ++at)
    names.push_back((*at)[1]);
  return names;
}

// Adds what one line of Python shows.
void search_python_line(const std::string& line, int number, SourceFacts& facts) {
  static const std::regex import(R"(^\s*import\s+([\w.]+))"), from(R"(^\s*from\s+([\w.]+)\s+import\s+(.*))"),
      function(R"(^(?:async\s+)?def\s+(\w+)\s*\(([^)]*))"), word(R"(\w+)"),
      client(R"(\b(?:client|resource)\(\s*["']([a-z][a-z0-9-]*)["'])"),
      needed(R"(environ\[\s*["'](\w+)["']\s*\])"),
      optional(R"((?:environ\.get|getenv)\(\s*["'](\w+)["'](?:\s*,\s*["']([^"']*)["'])?)"),
      text(R"(["']([\w@%+=,./ -]*[./][\w@%+=,./ -]*)["'])"),
      name(R"(["']([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)["'])");
  std::smatch found;
  if (std::regex_search(line, found, import)) facts.imports.push_back({found[1], {}, number});
  if (std::regex_search(line, found, from)) {
    const std::string names = found[2];
    SourceFacts::Import one{found[1], {}, number};
    for (std::sregex_iterator at(names.begin(), names.end(), word), end; at != end; ++at)
      one.taken.push_back(at->str());
    facts.imports.push_back(std::move(one));
  }
  if (std::regex_search(line, found, function))
    facts.functions.push_back({found[1], number, parameters_in(found[2])});
  if (std::regex_search(line, found, client)) facts.clients.emplace_back(found[1], number);
  if (std::regex_search(line, found, needed))
    facts.variables.push_back({found[1], number, true, std::nullopt});
  if (std::regex_search(line, found, optional))
    facts.variables.push_back(
        {found[1], number, false, found[2].matched ? std::optional(found[2].str()) : std::nullopt});
  for (std::sregex_iterator at(line.begin(), line.end(), text), end; at != end; ++at)
    facts.texts.emplace_back((*at)[1], number);
  for (std::sregex_iterator at(line.begin(), line.end(), name), end; at != end; ++at)
    facts.names.emplace_back((*at)[1], number);
}

// Longer lines are data or generated, and std::regex would need too much stack for them.
constexpr std::size_t longest_line = 4'000;

}  // namespace

bool is_python(const HostPath& file) {
  return file.extension() == ".py";
}

bool is_javascript(const HostPath& file) {
  const auto ending = file.extension();
  return ending == ".js" || ending == ".mjs" || ending == ".cjs" || ending == ".ts" || ending == ".mts";
}

SourceFacts search_python_text(const std::string& source) {
  SourceFacts facts;
  std::istringstream lines(source);
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number)
    if (line.size() <= longest_line) search_python_line(line, number, facts);
  return facts;
}

void CodeReader::read(const std::vector<HostPath>& files) {
  std::vector<HostPath> python;
  for (const auto& file : files) {
    if (known_.contains(file)) continue;
    if (is_python(file)) {
      python.push_back(file);
    } else if (is_javascript(file)) {
      known_.emplace(file, search_javascript_text(read_text_file(file)));
    }
  }
  if (!python.empty()) read_python(python);
}

void CodeReader::read_python(const std::vector<HostPath>& files) {
  if (!python_) {
    for (const auto& file : files) {
      auto facts = search_python_text(read_text_file(file));
      facts.only_text = "this machine has no Python";
      known_.emplace(file, std::move(facts));
    }
    return;
  }
  Command settings;
  for (const auto& file : files) settings.input += file.string() + '\0';
  const auto end = run_python_script(*python_, PythonStart::bare, "own_code", {root_.string()}, settings);
  if (!end.succeeded())
    throw Error("read", files.front().string(), "the reader of Python sources ended with " + describe(end),
                "the last lines above say why")
        .with_detail(last_lines(end.error_output, 5));
  std::istringstream lines(end.output);
  std::string line;
  for (const auto& file : files) {
    std::getline(lines, line);
    const auto json = parse_json(line, file.string());
    if (!json.contains("error")) {
      known_.emplace(file, facts_from(json));
      continue;
    }
    auto facts = search_python_text(read_text_file(file));
    facts.only_text =
        format("line {}: {}", json["error"].at(0).get<int>(), json["error"].at(1).get<std::string>());
    known_.emplace(file, std::move(facts));
  }
}

const SourceFacts& CodeReader::of(const HostPath& file) {
  read({file});
  return known_[file];
}

}  // namespace lbundle::init
