// Finds where a deflate stream should begin a new block with codes of its own.
#pragma once

#include <span>

#include "zip/deflate_block.hpp"

namespace lbundle::zip {

// A range of tokens, and the range of content bytes that they represent.
struct Block {
  std::size_t first = 0;  // index of the first token; `end` is one past the last
  std::size_t end = 0;
  std::size_t begin_byte = 0;
  std::size_t end_byte = 0;
  Histogram histogram;

  std::size_t bytes() const { return end_byte - begin_byte; }
};

// Splits `tokens` into blocks, in order. Their total size is the smallest that is found by joining
// neighbours. `first_byte` is the position of the first token in the content.
std::vector<Block> split_into_blocks(std::span<const Token> tokens, std::size_t first_byte);

}  // namespace lbundle::zip
