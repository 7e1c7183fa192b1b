// Fractions of a bit, as integers. The mathematics library computes logarithms differently on different
// processors, and a zip must be the same wherever it is made.
#pragma once

#include <bit>
#include <cstdint>

namespace lbundle::zip {

// One bit is 2^16 fractions.
inline constexpr unsigned fraction_width = 16;
inline constexpr std::int64_t one_bit = std::int64_t{1} << fraction_width;

// log2(number) in fractions, rounded down. `number` is at least 1.
constexpr std::int64_t fixed_log2(std::uint32_t number) {
  const auto whole = std::bit_width(number) - 1;
  // `mantissa` is between 1 and 2, with 31 bits after the point. Each squaring gives the next
  // bit of the logarithm.
  std::uint64_t mantissa = std::uint64_t{number} << (31 - whole);
  std::int64_t result = whole;
  for (unsigned bit = 0; bit < fraction_width; ++bit) {
    mantissa = (mantissa * mantissa) >> 31;
    result <<= 1;
    if (mantissa >> 32 != 0) {
      mantissa >>= 1;
      ++result;
    }
  }
  return result;
}

static_assert(fixed_log2(1) == 0);
static_assert(fixed_log2(8) == 3 * one_bit);
static_assert(fixed_log2(3) == 103872);  // 1.584962… bits

}  // namespace lbundle::zip
