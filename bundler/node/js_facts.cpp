#include "node/js_facts.hpp"

#include <algorithm>
#include <regex>

#include "json/json.hpp"
#include "model/error.hpp"

namespace lbundle {

namespace {

JsFacts::Kind kind_of(const std::string& word) {
  return word == "required" ? JsFacts::Kind::required : JsFacts::Kind::imported;
}

// Longer texts are messages (scripts/js_facts.mjs has the same limit).
constexpr std::size_t longest_mention = 200;

// The position of the quote that ends the text which begins with the quote at `begin`. Returns npos if the
// line ends first, or if the text is longer than `longest_mention`. A regular expression would need stack in
// proportion to the length of the text.
std::size_t end_of_text(std::string_view source, std::size_t begin) {
  const char quote = source[begin];
  for (auto at = begin + 1; at < source.size() && source[at] != '\n' && at - begin <= longest_mention; ++at) {
    if (source[at] == '\\') {
      ++at;
    } else if (source[at] == quote) {
      return at;
    }
  }
  return std::string_view::npos;
}

void search_mentions(std::string_view source, JsFacts& facts) {
  for (auto at = source.find_first_of("\"'`"); at != std::string_view::npos;
       at = source.find_first_of("\"'`", at + 1)) {
    const auto end = end_of_text(source, at);
    if (end == std::string_view::npos || end == at + 1) continue;
    const auto text = source.substr(at + 1, end - at - 1);
    if (text.find_first_of(" \n\t<>*|") == std::string_view::npos) facts.mentions.emplace_back(text);
    // The search continues behind the opening quote: if a quote in a comment came before, the closing quote
    // of this text is the opening one of the next text.
  }
  std::ranges::sort(facts.mentions);
  facts.mentions.erase(std::unique(facts.mentions.begin(), facts.mentions.end()), facts.mentions.end());
}

}  // namespace

std::optional<JsFacts> parse_js_facts(std::string_view line) {
  const auto json = Json::parse(line, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  JsFacts facts;
  try {
    if (json.contains("error")) {
      facts.unparsed = json.at("error").get<std::string>();
      facts.beyond = json.value("beyond", false);
      return facts;
    }
    for (const auto& entry : json.at("loads"))
      facts.loads.push_back({entry.at(0), kind_of(entry.at(1)), entry.at(2), entry.at(3)});
    for (const auto& entry : json.at("places")) facts.places.push_back({entry.at(0), entry.at(1)});
    for (const auto& entry : json.at("calls")) facts.calls.push_back({entry.at(0), entry.at(1), entry.at(2)});
    json.at("mentions").get_to(facts.mentions);
    json.at("words").get_to(facts.words);
    std::ranges::sort(facts.words);
    json.at("tails").get_to(facts.tails);
    json.at("loaded_tails").get_to(facts.loaded_tails);
    json.at("computed").get_to(facts.computed);
  } catch (const JsonError&) {
    return std::nullopt;
  }
  return facts;
}

JsFacts for_processor(JsFacts facts, const std::string& processor) {
  const auto put = [&](std::string& text) {
    for (auto at = text.find(js_arch); at != std::string::npos; at = text.find(js_arch, at))
      text.replace(at, 1, processor);
  };
  for (auto& load : facts.loads) put(load.name);
  for (auto& place : facts.places) put(place.path);
  for (auto& call : facts.calls) put(call.name);
  for (auto* texts : {&facts.mentions, &facts.tails, &facts.loaded_tails})
    for (auto& text : *texts) put(text);
  return facts;
}

JsFacts search_js_text(std::string_view source, std::string why) {
  static const std::regex pattern(
      R"((require(\.resolve)?\s{0,50}\(|import\s{0,50}\(|import|from)\s{0,50}["'`]([^"'`\s]{1,200})["'`])");
  JsFacts facts;
  facts.unparsed = std::move(why);
  facts.computed = true;
  for (std::cregex_iterator at(source.data(), source.data() + source.size(), pattern), end; at != end; ++at) {
    const bool required = (*at)[1].str().starts_with("require");
    facts.loads.push_back(
        {(*at)[3].str(), required ? JsFacts::Kind::required : JsFacts::Kind::imported, 0, false});
  }
  search_mentions(source, facts);
  return facts;
}

}  // namespace lbundle
