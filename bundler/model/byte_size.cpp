#include "model/byte_size.hpp"

#include <array>
#include <cstdlib>

#include "model/text.hpp"

namespace lbundle {

std::int64_t difference(ByteSize a, ByteSize b) {
  return static_cast<std::int64_t>(a.bytes()) - static_cast<std::int64_t>(b.bytes());
}

std::string to_text(ByteSize size) {
  if (size.bytes() < 1000) return format("{} B", size.bytes());
  static constexpr std::array units = {"kB", "MB", "GB", "TB"};
  auto value = static_cast<double>(size.bytes()) / 1000.0;
  std::size_t unit = 0;
  // From 999.95 on, one decimal would be printed as 1000.0.
  while (value >= 999.95 && unit + 1 < units.size()) {
    value /= 1000.0;
    ++unit;
  }
  return format("{:.1f} {}", value, units.at(unit));
}

std::string to_signed_text(std::int64_t bytes) {
  if (bytes == 0) return "±0 B";
  return (bytes < 0 ? "-" : "+") + to_text(ByteSize(static_cast<std::uint64_t>(std::llabs(bytes))));
}

}  // namespace lbundle
