// One block of a deflate stream: its size in bits, and how it is written.
#pragma once

#include <span>

#include "zip/deflate_tokens.hpp"
#include "zip/huffman.hpp"

namespace lbundle::zip {

// How often each symbol occurs in a block. The end of the block counts once.
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

// The extra bits that follow the symbols. Their number does not depend on the code.
std::uint64_t extra_bits(const Histogram& histogram);

enum class BlockForm { stored, fixed, dynamic };

// The best way to write a block.
struct BlockCode {
  BlockForm form = BlockForm::dynamic;
  CodeLengths litlen;
  CodeLengths distance;
  std::uint64_t bits = 0;  // of the whole block; an upper bound if it is stored
};

// The code that writes a block in the fewest bits. `bytes` is the size of the block's content.
BlockCode best_code(const Histogram& histogram, std::size_t bytes);

// A code that writes the same block in fewer bits than `best`, else `best`. It tries codes whose longer
// symbols are outweighed by a shorter header. It takes four times as long as best_code.
BlockCode finest_code(const Histogram& histogram, BlockCode best);

class BitWriter {
 public:
  void put(std::uint32_t value, unsigned count);
  void align();
  void put_bytes(ByteView bytes);  // call align() first
  Bytes result();

 private:
  Bytes bytes_;
  std::uint64_t bits_ = 0;
  unsigned count_ = 0;
};

// Writes one block. `content` is the bytes that the tokens represent.
void write_block(BitWriter& writer, std::span<const Token> tokens, ByteView content, const BlockCode& code,
                 bool last);

}  // namespace lbundle::zip
