// The content of a deflate stream, symbol by symbol, as the passes that make a stream smaller use it. Numbers
// and tables are those of RFC 1951.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <vector>

#include "os/bytes.hpp"

namespace lbundle::zip {

constexpr std::size_t litlen_symbols = 286;
constexpr std::size_t distance_symbols = 30;
constexpr unsigned end_of_block = 256;
constexpr unsigned least_match = 3;
constexpr unsigned most_match = 258;
constexpr std::size_t window_size = 32768;

// A literal byte, or a copy of `value` bytes from `distance` back.
struct Token {
  std::uint16_t value = 0;
  std::uint16_t distance = 0;  // 0: `value` is a literal

  std::size_t bytes() const { return distance == 0 ? 1 : value; }
};

struct SymbolRange {
  std::uint16_t base;  // the smallest value that the symbol represents
  std::uint8_t extra;  // the number of bits after the symbol that select the value
};

// The lengths that symbol 257 + i represents.
constexpr std::array<SymbolRange, 29> length_ranges = {
    {{3, 0},  {4, 0},  {5, 0},  {6, 0},   {7, 0},   {8, 0},   {9, 0},   {10, 0},  {11, 1}, {13, 1},
     {15, 1}, {17, 1}, {19, 2}, {23, 2},  {27, 2},  {31, 2},  {35, 3},  {43, 3},  {51, 3}, {59, 3},
     {67, 4}, {83, 4}, {99, 4}, {115, 4}, {131, 5}, {163, 5}, {195, 5}, {227, 5}, {258, 0}}};

constexpr std::array<SymbolRange, distance_symbols> distance_ranges = {
    {{1, 0},     {2, 0},     {3, 0},     {4, 0},      {5, 1},      {7, 1},     {9, 2},     {13, 2},
     {17, 3},    {25, 3},    {33, 4},    {49, 4},     {65, 5},     {97, 5},    {129, 6},   {193, 6},
     {257, 7},   {385, 7},   {513, 8},   {769, 8},    {1025, 9},   {1537, 9},  {2049, 10}, {3073, 10},
     {4097, 11}, {6145, 11}, {8193, 12}, {12289, 12}, {16385, 13}, {24577, 13}}};

// The index into length_ranges for each length.
constexpr auto length_codes = [] {
  std::array<std::uint8_t, most_match + 1> codes{};
  for (std::size_t i = 0; i < length_ranges.size(); ++i) {
    for (std::size_t length = length_ranges[i].base; length <= most_match; ++length) {
      codes[length] = static_cast<std::uint8_t>(i);
    }
  }
  return codes;
}();

constexpr unsigned length_symbol(unsigned length) {
  return end_of_block + 1 + length_codes[length];
}

constexpr unsigned distance_symbol(unsigned distance) {
  const unsigned from_zero = distance - 1;
  if (from_zero < 2) return from_zero;
  const auto top = static_cast<unsigned>(std::bit_width(from_zero)) - 1;
  return 2 * top + (from_zero >> (top - 1) & 1);
}

// The tokens of a deflate stream whose content has `size` bytes. The stream must be complete and undamaged.
std::vector<Token> tokens_of(ByteView stream, std::size_t size);

}  // namespace lbundle::zip
