#include <algorithm>
#include <charconv>

#include "init/javascript_functions.hpp"
#include "init/javascript_parts.hpp"
#include "init/literals.hpp"

namespace lbundle::init {

namespace {

// A number or a text in quotes; null for what only a run would show.
Json literal(std::string_view text) {
  int number = 0;
  const auto [end, mistake] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (mistake == std::errc{} && end == text.data() + text.size()) return number;
  if (text == "true" || text == "false") return text == "true";
  if (text.size() >= 2 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front() &&
      text.find('\\') == std::string_view::npos)
    return std::string(text.substr(1, text.size() - 2));
  return nullptr;
}

// One or more steps from a value to a part of it: ".Records[0].s3?.bucket".
const std::string chain_pattern =
    R"(((?:\??\.[A-Za-z_]\w*|(?:\?\.)?\[\s*["'][^"']{1,100}["']\s*\]|\[\s*\d+\s*\])+))";

// The methods of lists that call a function with each item.
const std::string list_methods = "(?:map|forEach|filter|some|every|find|flatMap)";

// The node at the end of a chain of keys. Notes which of them the code cannot do without.
Json& node_at(const std::string& chain, Json& node) {
  static const std::regex step(R"((\?)?\.?(?:([A-Za-z_]\w*)|\[\s*["']([^"']+)["']\s*\]|\[\s*(\d+)\s*\]))");
  auto* at = &node;
  for (const auto& match : all_matches(chain, step)) {
    const auto name = match[2].matched ? match[2].str() : match[3].str();
    at = match[4].matched ? &(*at)["items"] : &(*at)["keys"][name];
    if (at->is_null()) *at = Json::object();
    if (!match[1].matched) (*at)["needed"] = true;
  }
  return *at;
}

// The chain without its last step if that is a method or `length`; and its name.
std::pair<std::string, std::string> without_method(const std::string& chain, bool is_call) {
  const auto dot = chain.rfind('.');
  if (dot == std::string::npos) return {chain, ""};
  const auto last = chain.substr(dot + 1);
  if (!is_call && last != "length") return {chain, ""};
  return {chain.substr(0, dot > 0 && chain[dot - 1] == '?' ? dot - 1 : dot), last};
}

class Reads {
 public:
  explicit Reads(const std::string& source) : source_(source) {}

  // Finds what is read of the value that `name` stands for. Values that are parts of it have names too.
  void add(const std::string& name, Json& node, int depth) {
    if (name.empty() || depth == 5) return;
    add_chains(name, node);
    add_taken(name, node);
    add_json(name, node, depth);
    // const record = event.Records[0];
    const std::regex bound("\\b(?:const|let|var)\\s+(\\w+)\\s*=\\s*" + name + chain_pattern + "\\s*[;\\n]");
    for (const auto& match : all_matches(source_, bound))
      if (match[1] != name) add(match[1], node_at(match[2], node), depth + 1);
    const std::regex loop("\\bfor\\s*(?:await\\s*)?\\(\\s*(?:const|let|var)\\s+(\\w+)\\s+of\\s+" + name +
                          chain_pattern),
        each("\\b" + name + chain_pattern + "\\." + list_methods +
             "\\(\\s*(?:async\\s*)?\\(?\\s*(\\w+)\\s*(?:,\\s*\\w+\\s*)?\\)?\\s*=>");
    for (const auto& match : all_matches(source_, loop)) add_items(match[1], match[2], name, node, depth);
    for (const auto& match : all_matches(source_, each)) add_items(match[2], match[1], name, node, depth);
  }

 private:
  void add_chains(const std::string& name, Json& node) {
    const std::regex chains("\\b" + name + chain_pattern + "\\s*(\\()?");
    static const std::regex list("^" + list_methods + "$");
    for (const auto& match : all_matches(source_, chains)) {
      const auto [chain, method] = without_method(match[1], match[2].matched);
      if (chain.empty()) continue;
      auto& read = node_at(chain, node);
      if (std::regex_match(method, list) || method == "reduce") {
        read["items"]["needed"] = true;
      } else if (!method.empty() && method != "length" && !read.contains("kind")) {
        read["kind"] = "text";
      }
    }
  }

  // const { bucket, object } = event.Records[0].s3;
  void add_taken(const std::string& name, Json& node) {
    const std::regex taken("\\}\\s*=\\s*" + name + chain_pattern + "?\\s*(?:[;,\\n)]|$)");
    for (const auto& match : all_matches(source_, taken)) {
      const auto close = static_cast<std::size_t>(match.position());
      const auto open = opening_brace(close);
      if (open == std::string::npos) continue;
      auto& part = match[1].matched ? node_at(match[1], node) : node;
      part.update(reads_of_pattern(std::string_view(source_).substr(open + 1, close - open - 1)), true);
    }
  }

  // const { title } = JSON.parse(event.body); const order = JSON.parse(record.body);
  void add_json(const std::string& name, Json& node, int depth) {
    const std::regex parsed("=\\s*JSON\\.parse\\(\\s*" + name + chain_pattern);
    for (const auto& match : all_matches(source_, parsed)) {
      const auto end = static_cast<std::size_t>(match.position());
      const auto before = without_blanks(std::string_view(source_).substr(0, end));
      auto& text = node_at(match[1], node);
      if (!text.contains("json")) text["json"] = Json::object();
      if (before.ends_with('}')) {
        const auto open = opening_brace(before.size() - 1);
        if (open != std::string::npos)
          text["json"].update(reads_of_pattern(before.substr(open + 1, before.size() - open - 2)), true);
      } else {
        add(last_word(before), text["json"], depth + 1);
      }
    }
  }

  void add_items(const std::string& item, const std::string& chain, const std::string& name, Json& node,
                 int depth) {
    auto& items = node_at(chain, node)["items"];
    if (items.is_null()) items = Json::object();
    items["needed"] = true;
    if (item != name) add(item, items, depth + 1);
  }

  // The brace that the one at `close` closes.
  std::size_t opening_brace(std::size_t close) const {
    int depth = 0;
    for (auto at = close + 1; at-- > 0;) {
      if (source_[at] == '}') ++depth;
      if (source_[at] == '{' && --depth == 0) return at;
    }
    return std::string::npos;
  }

  const std::string& source_;
};

}  // namespace

// What `{ word, times = 1, user: { id } }` reads of the value that is taken apart. `pattern` is the inside of
// the braces.
Json reads_of_pattern(std::string_view pattern) {
  Json node = Json::object();
  for (const auto& part : parts_between_commas(pattern)) {
    const auto name = first_word(part);
    if (name.empty()) continue;  // "...rest"
    auto& read = node["keys"][name];
    read = Json::object();
    auto rest = without_blanks(std::string_view(part).substr(name.size()));
    if (rest.starts_with(':')) {
      rest = without_blanks(rest.substr(1));
      if (rest.starts_with('{')) {
        const auto inside = inside_brackets(rest, 0);
        read = reads_of_pattern(inside);
        rest = without_blanks(rest.substr(std::min(inside.size() + 2, rest.size())));
      } else {
        rest = without_blanks(rest.substr(first_word(rest).size()));
      }
    }
    if (rest.starts_with('=')) {
      if (auto value = literal(without_blanks(rest.substr(1))); !value.is_null()) read["default"] = value;
    } else {
      read["needed"] = true;
    }
  }
  return node;
}

Json javascript_reads(const std::string& source, const std::string& name) {
  Json node = Json::object();
  Reads(source).add(name, node, 0);
  return node;
}

}  // namespace lbundle::init
