#include "init/javascript_functions.hpp"

#include "init/javascript_parts.hpp"
#include "init/literals.hpp"

namespace lbundle::init {

namespace {

// Where a function's parameters are: "(event, context)" or "event =>". Nothing if `at` is at something else,
// such as a call.
std::optional<std::string> parameters_at(std::string_view source, std::size_t at, bool declared) {
  if (at >= source.size()) return std::nullopt;
  const auto end_of_blanks = [&](std::size_t from) {
    return std::min(source.find_first_not_of(" \t\r\n", from), source.size());
  };
  if (source[at] == '(') {
    const auto inside = inside_brackets(source, at);
    const auto after = source.substr(end_of_blanks(std::min(at + inside.size() + 2, source.size())));
    // In TypeScript, the type of the result may stand between.
    if (declared || after.starts_with("=>") || after.starts_with(':')) return std::string(inside);
    return std::nullopt;
  }
  const auto word = first_word(source.substr(at));
  if (word.empty() || !source.substr(end_of_blanks(at + word.size())).starts_with("=>")) return std::nullopt;
  return word;
}

class FunctionSearch {
 public:
  FunctionSearch(const std::string& source, SourceFacts& facts) : source_(source), facts_(facts) {}

  void search() {
    static const std::regex assigned(
        R"((?:exports\.|export\s+(?:const|let|var)\s+)(\w+)(?:\s*:[^=;\n]*)?\s*=\s*(?:async\b\s*)?(function\b\s*\w*\s*)?)"),
        declared(R"(export\s+(?:async\s+)?function\s+(\w+)\s*(?=\())"),
        list(R"((?:module\.exports\s*=\s*|export\s*)(?=\{))");
    for (const auto& match : all_matches(source_, assigned)) {
      const auto at = static_cast<std::size_t>(match.position() + match.length());
      auto parameters = parameters_at(source_, at, match[2].matched);
      // exports.handler = handler;
      if (!parameters && !match[2].matched) parameters = parameters_of(first_word(source_.substr(at, 100)));
      add(match[1], match.position(), parameters);
    }
    for (const auto& match : all_matches(source_, declared))
      add(match[1], match.position(),
          parameters_at(source_, static_cast<std::size_t>(match.position() + match.length()), true));
    for (const auto& match : all_matches(source_, list)) add_list(match);
  }

 private:
  // { handler, work: run, async other(event) {} }
  void add_list(const std::smatch& match) {
    const auto open = static_cast<std::size_t>(match.position() + match.length());
    for (const auto& part : parts_between_commas(inside_brackets(source_, open))) {
      const auto begin = part.starts_with("async ") ? part.find_first_not_of(' ', 6) : 0;
      const auto name = first_word(std::string_view(part).substr(begin));
      const auto rest = without_blanks(std::string_view(part).substr(begin + name.size()));
      if (name.empty()) continue;
      if (rest.empty()) {
        add(name, match.position(), parameters_of(name));
      } else if (rest.starts_with("as ")) {  // export { run as handler }
        add(std::string(without_blanks(rest.substr(3))), match.position(), parameters_of(name));
      } else if (rest.starts_with('(')) {
        add(name, match.position(), parameters_at(rest, 0, true));
      } else if (rest.starts_with(':')) {
        auto value = without_blanks(rest.substr(1));
        if (value.starts_with("async")) value = without_blanks(value.substr(5));
        auto parameters = parameters_at(value, 0, false);
        if (!parameters) parameters = parameters_of(first_word(value));
        add(name, match.position(), parameters);
      }
    }
  }

  // Those of a function that the module defines without exporting it there.
  std::optional<std::string> parameters_of(const std::string& name) const {
    if (name.empty()) return std::nullopt;
    const std::regex defined("(?:\\b(function)\\s+" + name + "\\s*|\\b(?:const|let|var)\\s+" + name +
                             "(?:\\s*:[^=;\\n]*)?\\s*=\\s*(?:async\\b\\s*)?(function\\b\\s*\\w*\\s*)?)");
    std::smatch match;
    if (!std::regex_search(source_, match, defined)) return std::nullopt;
    return parameters_at(source_, static_cast<std::size_t>(match.position() + match.length()),
                         match[1].matched || match[2].matched);
  }

  void add(const std::string& name, std::ptrdiff_t at, const std::optional<std::string>& parameters) {
    SourceFacts::Function function{name, line_of(source_, static_cast<std::size_t>(at)), std::nullopt};
    Json reads = Json::object();
    std::string event = "event";
    if (parameters) {
      function.parameters.emplace();
      for (const auto& each : parts_between_commas(*parameters))
        function.parameters->push_back(each.starts_with('{') ? "event" : first_word(each));
      if (without_blanks(*parameters).starts_with('{')) {
        const auto pattern = without_blanks(*parameters);
        reads = reads_of_pattern(inside_brackets(pattern, 0));
      } else if (!function.parameters->empty()) {
        event = function.parameters->front();
      }
    }
    if (reads.empty()) reads = javascript_reads(source_, event);
    if (!reads.empty()) facts_.reads[name] = reads;
    facts_.functions.push_back(std::move(function));
  }

  const std::string& source_;
  SourceFacts& facts_;
};

}  // namespace

void add_functions(const std::string& source, SourceFacts& facts) {
  FunctionSearch(source, facts).search();
}

}  // namespace lbundle::init
