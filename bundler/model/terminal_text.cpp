#include "model/terminal_text.hpp"

#include <algorithm>

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

namespace {

std::string escaped(std::string_view bytes, std::string_view permitted) {
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    const auto length = character_length(bytes);
    const auto character = bytes.substr(0, length == 0 ? 1 : length);
    const bool passes = permitted.find(bytes.front()) != std::string_view::npos;
    if (!passes && (length == 0 || is_control(character))) {
      for (const char byte : character) text += format("\\x{:02x}", static_cast<unsigned char>(byte));
    } else {
      text += character;
    }
    bytes.remove_prefix(character.size());
  }
  return text;
}

}  // namespace

std::string printable(std::string_view bytes) {
  return escaped(bytes, {});
}

std::string terminal_text(std::string_view bytes) {
  return escaped(bytes, "\n\t");
}

std::string printable_lines(std::string_view bytes) {
  constexpr std::size_t most = 2000;
  std::string text;
  while (!bytes.empty()) {
    const auto line = bytes.substr(0, bytes.find('\n'));
    if (line.size() <= most) {
      text += terminal_text(line);
    } else {
      text += terminal_text(line.substr(0, most / 2));
      text += format(" … ({} bytes) … ", line.size() - most);
      text += terminal_text(line.substr(line.size() - most / 2));
    }
    if (line.size() < bytes.size()) text += '\n';
    bytes.remove_prefix(std::min(line.size() + 1, bytes.size()));
  }
  return text;
}

}  // namespace lbundle
