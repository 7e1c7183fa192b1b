// Writes tables of texts as modules have them that Cython compiled.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "os/bytes.hpp"
#include "zip/deflate.hpp"

namespace lbundle::test {

// Packs by Cython's LZSS (Cython/LZSS.py of 3.3.1). `pick(n)` returns a number below n: it chooses among what
// the format permits, so each choice unpacks to `text`.
inline std::string pack_lzss(const std::string& text, const std::function<std::size_t(std::size_t)>& pick) {
  std::string packed;
  for (std::size_t at = 0; at < text.size();) {
    const auto flags_at = packed.size();
    unsigned flags = 0;
    packed += '\0';
    for (unsigned bit = 0; bit < 8 && at < text.size(); ++bit) {
      std::size_t length = 0, back = 0;
      if (at >= 3 && at + 3 <= text.size() && pick(4) != 0) {
        // The reference's text ends before `at`.
        const auto found = text.substr(0, at).rfind(text.substr(at, 3));
        if (found != std::string::npos) {
          while (length < 258 && at + length < text.size() && found + length < at &&
                 text[found + length] == text[at + length])
            ++length;
          back = at - found - length;
        }
      }
      if (length < 3 || back >= (1U << 14) + 0x80) {
        flags |= 1U << bit;
        packed += text[at++];
        continue;
      }
      if (back < 0x80) {
        packed += static_cast<char>(back);
        packed += static_cast<char>(length - 3);
      } else if (back - 0x80 < 0x200 && length - 3 < 0x20 && pick(2) == 0) {
        packed += static_cast<char>(((back - 0x80) & 0x7F) | 0x80);
        packed += static_cast<char>((((back - 0x80) & 0x180) >> 2) | (length - 3));
      } else {
        packed += static_cast<char>(((back - 0x80) & 0x7F) | 0x80);
        packed += static_cast<char>((((back - 0x80) >> 7) & 0x7F) | 0x80);
        packed += static_cast<char>(length - 3);
      }
      at += length;
    }
    packed[flags_at] = static_cast<char>(flags);
  }
  return packed;
}

// A zlib stream (RFC 1950), as zlib.compress(text, level=9) makes it.
inline std::string pack_zlib(const std::string& text) {
  const auto stream = zip::compress(as_bytes(text), zip::Level::fast);
  std::uint32_t a = 1, b = 0;
  for (const char c : text) {
    a = (a + static_cast<unsigned char>(c)) % 65521;
    b = (b + a) % 65521;
  }
  std::string packed = "\x78\xda";
  if (stream.method == zip::Method::deflated) {
    packed += as_text(stream.bytes);
  } else {  // one block that is stored
    const auto size = static_cast<std::uint16_t>(text.size());
    for (const auto byte : {1, size & 0xFF, size >> 8, ~size & 0xFF, (~size >> 8) & 0xFF})
      packed += static_cast<char>(byte);
    packed += text;
  }
  for (const auto byte : {b >> 8, b, a >> 8, a}) packed += static_cast<char>(byte & 0xFF);
  return packed;
}

// The array of the texts' lengths, and the texts one after the other.
inline std::string lengths_of(const std::vector<std::string>& texts) {
  std::string lengths;
  for (const auto& text : texts)
    for (unsigned shift = 0; shift < 32; shift += 8)
      lengths += static_cast<char>(text.size() >> shift & 0xFF);
  return lengths;
}
inline std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const auto& text : texts) all += text;
  return all;
}

}  // namespace lbundle::test
