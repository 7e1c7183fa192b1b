#include "json/json.hpp"

#include <algorithm>

#include "model/error.hpp"
#include "model/text.hpp"

namespace lbundle {

namespace {

class ExactNumbers : public nlohmann::detail::json_sax_dom_parser<Json> {
 public:
  using json_sax_dom_parser::json_sax_dom_parser;

  bool number_float(double value, const std::string& written) {
    if (written.find_first_of(".eE") != std::string::npos)
      return json_sax_dom_parser::number_float(value, written);
    Json::binary_t kept(std::vector<std::uint8_t>(written.begin(), written.end()));
    return binary(kept);
  }
};

template <typename Parse>
Json parsed(std::string_view text, const std::string& what, const Parse& parse) {
  try {
    return parse();
  } catch (const Json::parse_error& error) {
    // nlohmann's `byte` counts from 1 and is one past the wrong byte.
    const auto before = text.substr(0, std::min(text.size(), error.byte == 0 ? 0 : error.byte - 1));
    const auto line = std::ranges::count(before, '\n') + 1;
    const auto newline = before.rfind('\n');
    const auto column = before.size() - (newline == std::string_view::npos ? 0 : newline + 1) + 1;
    throw Error("read", what, format("line {}, column {}: not valid JSON", line, column));
  } catch (const JsonError&) {
    throw Error("read", what, "it contains a number that is too large");
  }
}

}  // namespace

Json parse_json(std::string_view text, const std::string& what) {
  return parsed(text, what, [&] { return Json::parse(text); });
}

Json parse_json_exactly(std::string_view text, const std::string& what) {
  return parsed(text, what, [&] {
    Json json;
    ExactNumbers numbers(json);
    Json::sax_parse(text, &numbers);
    return json;
  });
}

std::string to_line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

namespace {

// Writes DEL and the controls U+0080 to U+009F as JSON's escapes, because a terminal may obey them. They
// occur only in strings. nlohmann escapes all other controls.
std::string without_controls(const std::string& json) {
  std::string text;
  text.reserve(json.size());
  for (std::size_t at = 0; at < json.size(); ++at) {
    const auto byte = static_cast<unsigned char>(json[at]);
    const auto next = at + 1 < json.size() ? static_cast<unsigned char>(json[at + 1]) : 0U;
    if (byte == 0x7F) {
      text += "\\u007f";
    } else if (byte == 0xC2 && next >= 0x80 && next <= 0x9F) {
      text += format("\\u{:04x}", next);
      ++at;
    } else {
      text += json[at];
    }
  }
  return text;
}

}  // namespace

std::string to_pretty(const Json& json) {
  return without_controls(json.dump(2, ' ', false, Json::error_handler_t::replace)) + '\n';
}

}  // namespace lbundle
