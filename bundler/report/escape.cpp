#include "report/escape.hpp"

#include <algorithm>
#include <cstdint>

#include "model/text.hpp"

namespace lbundle {

namespace {

bool is_continuation(unsigned char byte) {
  return (byte & 0xC0U) == 0x80U;
}

// The length of the well-formed character at the front of `bytes`, or 0 if there is none. The bounds of the
// second byte are those of table 3-7 of the Unicode standard.
std::size_t character_length(std::string_view bytes) {
  const auto at = [&](std::size_t i) { return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0U; };
  const auto first = at(0);
  const auto second = at(1);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return is_continuation(static_cast<unsigned char>(second)) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const unsigned low = first == 0xE0 ? 0xA0 : 0x80;
    const unsigned high = first == 0xED ? 0x9F : 0xBF;
    const bool good = second >= low && second <= high && is_continuation(static_cast<unsigned char>(at(2)));
    return good ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const unsigned low = first == 0xF0 ? 0x90 : 0x80;
    const unsigned high = first == 0xF4 ? 0x8F : 0xBF;
    const bool good = second >= low && second <= high && is_continuation(static_cast<unsigned char>(at(2))) &&
                      is_continuation(static_cast<unsigned char>(at(3)));
    return good ? 4 : 0;
  }
  return 0;
}

// True for C0 and C1 controls and DEL.
bool is_control(std::string_view character) {
  const auto first = static_cast<unsigned char>(character.front());
  if (character.size() == 1) return first < 0x20 || first == 0x7F;
  return character.size() == 2 && first == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0;
}

}  // namespace

bool is_utf8(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto length = character_length(bytes);
    if (length == 0) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

std::string printable(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    const auto length = character_length(bytes);
    const auto character = bytes.substr(0, length == 0 ? 1 : length);
    if (length == 0 || is_control(character)) {
      for (const char byte : character) text += format("\\x{:02x}", static_cast<unsigned char>(byte));
    } else {
      text += character;
    }
    bytes.remove_prefix(character.size());
  }
  return text;
}

std::string printable_lines(std::string_view bytes) {
  constexpr std::size_t most = 2000;
  std::string text;
  while (!bytes.empty()) {
    const auto line = bytes.substr(0, bytes.find('\n'));
    const auto add = [&](std::string_view part) {
      for (auto tab = part.find('\t'); tab != std::string_view::npos; tab = part.find('\t')) {
        text += printable(part.substr(0, tab)) + '\t';
        part.remove_prefix(tab + 1);
      }
      text += printable(part);
    };
    if (line.size() <= most) {
      add(line);
    } else {
      add(line.substr(0, most / 2));
      text += format(" … ({} bytes) … ", line.size() - most);
      add(line.substr(line.size() - most / 2));
    }
    if (line.size() < bytes.size()) text += '\n';
    bytes.remove_prefix(std::min(line.size() + 1, bytes.size()));
  }
  return text;
}

std::string html_text(std::string_view bytes) {
  std::string text;
  for (const char c : printable(bytes)) {
    switch (c) {
      case '&':
        text += "&amp;";
        break;
      case '<':
        text += "&lt;";
        break;
      case '>':
        text += "&gt;";
        break;
      case '"':
        text += "&quot;";
        break;
      case '\'':
        text += "&#39;";
        break;
      default:
        text += c;
    }
  }
  return text;
}

std::string script_safe_json(std::string_view json) {
  std::string text;
  text.reserve(json.size());
  for (const char c : json) {
    if (c == '<') {
      text += "\\u003c";
    } else {
      text += c;
    }
  }
  return text;
}

}  // namespace lbundle
