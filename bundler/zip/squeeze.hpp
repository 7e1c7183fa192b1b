// Makes a deflate stream smaller: other blocks, and a parse at the prices of their own codes.
#pragma once

#include "zip/block_split.hpp"

namespace lbundle::zip {

struct ParseEffort {
  unsigned passes = 0;        // the most passes over each stretch
  unsigned patience = 1;      // it ends after this many passes in a row that save nothing
  unsigned match_depth = 32;  // earlier positions that are compared with each position
};

// A stream of `content` made from `stream`, which has the same content. The tokens are split into blocks
// again. Then each stretch of blocks is parsed by a shortest path at the prices of its blocks' codes. This is
// repeated until `patience` passes in a row save nothing; the last of them use prices that are changed a
// little. With 0 passes only the blocks change.
Bytes squeeze(ByteView content, ByteView stream, const ParseEffort& effort);

}  // namespace lbundle::zip
