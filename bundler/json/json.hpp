// JSON. Only this header knows which library does it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace lbundle {

// Keeps the order in which keys were written, so that output has a readable order.
using Json = nlohmann::ordered_json;
// Thrown by accessors if a value is missing or has another type. Code that reads files turns
// it into an Error.
using JsonError = nlohmann::json::exception;

// `text` as JSON. Throws Error ("cannot read 'WHAT': line 3, column 7: …") if it is not valid JSON.
Json parse_json(std::string_view text, const std::string& what);
// Like parse_json, but integers beyond 64 bits are kept as they were written, as binary values. parse_json
// rounds them to the nearest double.
Json parse_json_exactly(std::string_view text, const std::string& what);

// A place in a text; both count from 1, the column in bytes.
struct JsonMistake {
  std::size_t line = 0, column = 0;
};
// The first place where `text` is not JSON as RFC 8259 has it; nothing if there is none. Unlike parse_json,
// it also refuses a byte order mark, and accepts numbers of any size and escapes of half a character.
std::optional<JsonMistake> mistake_in_json(std::string_view text);

// One line; bytes that are not UTF-8 become U+FFFD.
std::string to_line(const Json& json);
// Indented by two spaces, with a final newline.
std::string to_pretty(const Json& json);

}  // namespace lbundle
