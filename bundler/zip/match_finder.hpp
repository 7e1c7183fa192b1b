// Finds the earlier bytes that a position of some content may copy.
#pragma once

#include <cstdint>
#include <vector>

#include "zip/deflate_tokens.hpp"

namespace lbundle::zip {

// `length` bytes that are the same as the bytes `distance` back.
struct Match {
  std::uint16_t length;
  std::uint16_t distance;
};

// Goes over content once, position by position. It keeps binary trees of earlier positions, one tree for each
// hash of four bytes, sorted by the bytes that follow a position. A new position becomes the root of its
// tree. So the search, which goes down from the root, finds the nearest of equally long matches first.
class MatchFinder {
 public:
  // `depth`: how many earlier positions are compared with each position. `content` must outlive the finder.
  MatchFinder(ByteView content, unsigned depth);

  // Appends the matches of the next position. Each is longer than the one before, and has the smallest
  // distance that was found for its length.
  void next(std::vector<Match>& matches);
  // Goes over `count` positions whose matches are not needed.
  void skip(std::size_t count);

 private:
  unsigned most_length() const;
  void search_tree(unsigned most, std::vector<Match>* matches);

  ByteView content_;
  unsigned depth_;
  std::size_t at_ = 0;
  // The tables hold each position plus one, so that 0 means no position.
  std::vector<std::uint32_t> last_three_;  // by hash of three bytes
  std::vector<std::uint32_t> roots_;       // by hash of four
  // Two for each position of the window: the child that sorts lower, and the one that sorts higher.
  std::vector<std::uint32_t> children_;
};

}  // namespace lbundle::zip
