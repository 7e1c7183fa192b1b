// What a position of some content may copy from.
#pragma once

#include <cstdint>
#include <vector>

#include "zip/deflate_tokens.hpp"

namespace lbundle::zip {

// `length` bytes that also stand `distance` back.
struct Match {
  std::uint16_t length;
  std::uint16_t distance;
};

// Goes over content once, position by position. Behind it lie binary trees, one for each hash of four bytes,
// sorted by what follows a position; a new position becomes the root of its tree, so the way down meets the
// nearest of all equally good matches first.
class MatchFinder {
 public:
  // `depth`: how many candidates are looked at for a position. `content` must outlive it.
  MatchFinder(ByteView content, unsigned depth);

  // Appends the matches of the next position, each longer than the one before and from the least distance at
  // which that length was met.
  void next(std::vector<Match>& matches);
  // Goes over `count` positions of which nobody asks for the matches.
  void skip(std::size_t count);

 private:
  unsigned most_length() const;
  void search_tree(unsigned most, std::vector<Match>* matches);

  ByteView content_;
  unsigned depth_;
  std::size_t at_ = 0;
  // Positions are one more than they are, so that 0 is none.
  std::vector<std::uint32_t> last_three_;  // by hash of three bytes
  std::vector<std::uint32_t> roots_;       // by hash of four
  std::vector<std::uint32_t> children_;  // two for each position of the window: what sorts lower, and higher
};

}  // namespace lbundle::zip
