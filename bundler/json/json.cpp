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

// nlohmann's `byte` counts from 1 and is one past the wrong byte.
JsonMistake mistake_at(std::string_view text, std::size_t byte) {
  const auto before = text.substr(0, std::min(text.size(), byte == 0 ? 0 : byte - 1));
  const auto newline = before.rfind('\n');
  return {static_cast<std::size_t>(std::ranges::count(before, '\n')) + 1,
          before.size() - (newline == std::string_view::npos ? 0 : newline + 1) + 1};
}

template <typename Parse>
Json parsed(std::string_view text, const std::string& what, const Parse& parse) {
  try {
    return parse();
  } catch (const Json::parse_error& error) {
    const auto mistake = mistake_at(text, error.byte);
    throw Error("read", what, format("line {}, column {}: not valid JSON", mistake.line, mistake.column));
  } catch (const JsonError&) {
    throw Error("read", what, "it contains a number that is too large");
  }
}

// Accepts every value and keeps none. Stops at the first mistake.
class Checker : public nlohmann::json_sax<Json> {
 public:
  explicit Checker(std::string_view text) : text_(text) {}

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override { return true; }
  bool key(string_t&) override { return true; }
  bool end_object() override { return true; }
  bool start_array(std::size_t) override { return true; }
  bool end_array() override { return true; }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& error) override {
    // Other readers take 1e999 for infinity.
    if (const auto* mistake = dynamic_cast<const Json::parse_error*>(&error))
      mistake_ = mistake_at(text_, mistake->byte);
    return false;
  }

  const std::optional<JsonMistake>& mistake() const { return mistake_; }

 private:
  std::string_view text_;
  std::optional<JsonMistake> mistake_;
};

// The text with an X in place of each escape of half a character ("\\ud83d" alone). JSON's grammar permits
// them, and nlohmann does not.
std::string without_halves(std::string_view text) {
  std::string changed(text);
  for (std::size_t at = 0; at + 5 < changed.size(); ++at) {
    if (changed[at] != '\\') continue;
    const auto third = changed[at + 3];
    const bool half =
        changed[at + 1] == 'u' && (changed[at + 2] == 'd' || changed[at + 2] == 'D') &&
        ((third >= '8' && third <= '9') || (third >= 'a' && third <= 'f') || (third >= 'A' && third <= 'F'));
    if (half) changed.replace(at + 2, 2, "00");
    ++at;
  }
  return changed;
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

std::optional<JsonMistake> mistake_in_json(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) return JsonMistake{1, 1};
  const auto changed = without_halves(text);
  Checker checker(changed);
  Json::sax_parse(changed, &checker);
  return checker.mistake();
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
