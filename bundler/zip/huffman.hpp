// Huffman codes for deflate (RFC 1951, 3.2.2 and 3.2.7).
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace lbundle::zip {

using CodeLengths = std::vector<std::uint8_t>;

// The order in which a block's header gives the lengths of the codes for code lengths.
constexpr std::array<std::uint8_t, 19> code_length_order = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                            11, 4,  12, 3, 13, 2, 14, 1, 15};

// Code lengths of a prefix code for symbols with these counts. No code is longer than `most` bits. The length
// is 0 if the count is 0. A single symbol gets one bit.
CodeLengths code_lengths(std::span<const std::uint32_t> counts, unsigned most);

// The code of each symbol. Its first bit is the lowest, as it is written.
std::vector<std::uint16_t> canonical_codes(const CodeLengths& lengths);

// The code lengths of a block that declares no code (RFC 1951, 3.2.6).
const CodeLengths& fixed_litlen_lengths();

}  // namespace lbundle::zip
