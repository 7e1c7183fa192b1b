// A deflate stream made smaller: other blocks, and a parse at the prices that their own codes set.
#pragma once

#include "zip/block_split.hpp"

namespace lbundle::zip {

struct ParseEffort {
  unsigned passes = 0;        // over each stretch, at most
  unsigned patience = 1;      // passes in a row that may make nothing smaller
  unsigned match_depth = 32;  // candidates looked at for each position
};

// A stream of `content` made from `stream`, which holds the same. Blocks are split anew, and each stretch of
// them is parsed by a shortest path under the prices of its blocks' codes, again and again while it gets
// smaller and for as long after as patience lasts, then from prices that are a little off. No passes: blocks
// alone.
Bytes squeeze(ByteView content, ByteView stream, const ParseEffort& effort);

}  // namespace lbundle::zip
