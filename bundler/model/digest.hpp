// A SHA-256 digest, which identifies content. It is used in the manifest, in keys of caches, and
// to find identical files.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lbundle {

struct Digest {
  std::array<std::uint8_t, 32> bytes{};

  auto operator<=>(const Digest&) const = default;
};

// to_hex returns 64 lower-case hexadecimal digits. digest_from_hex reads them; nothing for any other text.
std::string to_hex(const Digest& digest);
std::optional<Digest> digest_from_hex(std::string_view hex);

}  // namespace lbundle

template <>
struct std::hash<lbundle::Digest> {
  std::size_t operator()(const lbundle::Digest& digest) const noexcept {
    std::size_t value = 0;
    for (std::size_t i = 0; i < sizeof value; ++i) value = value << 8 | digest.bytes.at(i);
    return value;
  }
};
