// Where a deflate stream should begin a new block, with codes of its own.
#pragma once

#include <span>

#include "zip/deflate_block.hpp"

namespace lbundle::zip {

// A stretch of tokens, and of what they stand for.
struct Block {
  std::size_t first = 0;  // token
  std::size_t end = 0;
  std::size_t begin_byte = 0;
  std::size_t end_byte = 0;
  Histogram histogram;

  std::size_t bytes() const { return end_byte - begin_byte; }
};

// Blocks that together take as few bits as joining neighbours can find, in order. `first_byte` is where the
// first token stands.
std::vector<Block> split_into_blocks(std::span<const Token> tokens, std::size_t first_byte);

}  // namespace lbundle::zip
