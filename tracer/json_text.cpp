#include "json_text.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace lbundle::tracer {
namespace {

// How many bytes follow a lead byte, and the bounds of the first of them. The others are always 80..BF.
struct Lead {
  std::size_t following;
  unsigned char low;
  unsigned char high;
};

bool find_lead(unsigned char byte, Lead& lead) {
  if (byte >= 0xC2 && byte <= 0xDF) return lead = {1, 0x80, 0xBF}, true;
  if (byte == 0xE0) return lead = {2, 0xA0, 0xBF}, true;
  if (byte == 0xED) return lead = {2, 0x80, 0x9F}, true;
  if (byte >= 0xE1 && byte <= 0xEF) return lead = {2, 0x80, 0xBF}, true;
  if (byte == 0xF0) return lead = {3, 0x90, 0xBF}, true;
  if (byte >= 0xF1 && byte <= 0xF3) return lead = {3, 0x80, 0xBF}, true;
  if (byte == 0xF4) return lead = {3, 0x80, 0x8F}, true;
  return false;
}

}  // namespace

bool is_utf8(std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    if (byte < 0x80) continue;
    Lead lead{};
    if (!find_lead(byte, lead) || bytes.size() - i <= lead.following) return false;
    for (std::size_t k = 1; k <= lead.following; ++k) {
      const auto next = static_cast<unsigned char>(bytes[i + k]);
      const unsigned char low = k == 1 ? lead.low : 0x80;
      const unsigned char high = k == 1 ? lead.high : 0xBF;
      if (next < low || next > high) return false;
    }
    i += lead.following;
  }
  return true;
}

void append_json_string(std::string& out, std::string_view text) {
  static constexpr std::string_view digits = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      out += "\\u00";
      out += digits[byte >> 4];
      out += digits[byte & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

void append_json_member(std::string& out, std::string_view key, std::string_view bytes) {
  const bool text = is_utf8(bytes);
  out += '"';
  out += key;
  out += text ? "\":" : "_base64\":";
  append_json_string(out, text ? std::string(bytes) : base64(bytes));
}

std::string base64(std::string_view bytes) {
  static constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    const std::size_t present = std::min<std::size_t>(3, bytes.size() - i);
    for (std::size_t k = 0; k < 3; ++k) {
      group = group << 8 | (k < present ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) out += k <= present ? letters[group >> (18 - 6 * k) & 63] : '=';
  }
  return out;
}

}  // namespace lbundle::tracer
