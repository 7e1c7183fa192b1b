// Huffman codes as deflate has them (RFC 1951, 3.2.2 and 3.2.7).
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace lbundle::zip {

using CodeLengths = std::vector<std::uint8_t>;

// In which order a block's header gives the lengths of the codes for code lengths.
constexpr std::array<std::uint8_t, 19> code_length_order = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                            11, 4,  12, 3, 13, 2, 14, 1, 15};

// Lengths of a prefix code for symbols of these counts, none longer than `most`; 0 where a count is 0. A
// single symbol gets one bit.
CodeLengths code_lengths(std::span<const std::uint32_t> counts, unsigned most);

// The code of each symbol with its first bit lowest, as it is written.
std::vector<std::uint16_t> canonical_codes(const CodeLengths& lengths);

// 3.2.6: of a block that declares no code.
const CodeLengths& fixed_litlen_lengths();

}  // namespace lbundle::zip
