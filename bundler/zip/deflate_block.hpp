// One block of a deflate stream: what it costs, and its bits.
#pragma once

#include <span>

#include "zip/deflate_tokens.hpp"
#include "zip/huffman.hpp"

namespace lbundle::zip {

// How often each symbol stands in a block, its end included once.
struct Histogram {
  std::array<std::uint32_t, litlen_symbols> litlen{};
  std::array<std::uint32_t, distance_symbols> distance{};

  void add(const Token& token) {
    if (token.distance == 0) {
      ++litlen[token.value];
      return;
    }
    ++litlen[length_symbol(token.value)];
    ++distance[distance_symbol(token.distance)];
  }
  Histogram& operator+=(const Histogram& other);
};

Histogram histogram_of(std::span<const Token> tokens);

// Bits that follow symbols and do not hang on the code.
std::uint64_t extra_bits(const Histogram& histogram);

enum class BlockForm { stored, fixed, dynamic };

// How a block is written best.
struct BlockCode {
  BlockForm form = BlockForm::dynamic;
  CodeLengths litlen;
  CodeLengths distance;
  std::uint64_t bits = 0;  // of the whole block; of a stored one at most
};

// `bytes` is the size of what the block holds.
BlockCode best_code(const Histogram& histogram, std::size_t bytes);

// The same block as `best` in fewer bits, if there is a code whose longer codes are made up for by a shorter
// header. It takes four times as long as best_code.
BlockCode finest_code(const Histogram& histogram, BlockCode best);

class BitWriter {
 public:
  void put(std::uint32_t value, unsigned count);
  void align();
  void put_bytes(ByteView bytes);  // aligned
  Bytes result();

 private:
  Bytes bytes_;
  std::uint64_t bits_ = 0;
  unsigned count_ = 0;
};

// `content` is what the tokens stand for.
void write_block(BitWriter& writer, std::span<const Token> tokens, ByteView content, const BlockCode& code,
                 bool last);

}  // namespace lbundle::zip
