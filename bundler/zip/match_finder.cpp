#include "zip/match_finder.hpp"

#include <algorithm>
#include <cstring>

namespace lbundle::zip {

namespace {

constexpr unsigned three_bits = 15;
constexpr unsigned four_bits = 16;
constexpr unsigned bytes_in_tree = 4;
constexpr std::size_t window_mask = 2 * window_size - 1;

// Knuth's multiplicative hash.
std::uint32_t hash(std::uint32_t value, unsigned bits) {
  return value * 2654435761U >> (32 - bits);
}

std::uint32_t four_bytes(const std::uint8_t* at) {
  std::uint32_t value = 0;
  std::memcpy(&value, at, sizeof value);
  return value;
}

// The lowest byte is first in memory, so the first three bytes are the lower ones.
std::uint32_t three_bytes(const std::uint8_t* at) {
  return four_bytes(at) & 0xFFFFFF;
}

}  // namespace

MatchFinder::MatchFinder(ByteView content, unsigned depth)
    : content_(content),
      depth_(depth),
      last_three_(std::size_t{1} << three_bits),
      roots_(std::size_t{1} << four_bits),
      children_(2 * (window_mask + 1)) {}

unsigned MatchFinder::most_length() const {
  return static_cast<unsigned>(std::min<std::size_t>(most_match, content_.size() - at_));
}

void MatchFinder::next(std::vector<Match>& matches) {
  const auto most = most_length();
  if (most < bytes_in_tree) {
    ++at_;
    return;
  }
  auto& last = last_three_[hash(three_bytes(&content_[at_]), three_bits)];
  if (last != 0 && at_ - (last - 1) <= window_size &&
      three_bytes(&content_[last - 1]) == three_bytes(&content_[at_])) {
    matches.push_back({least_match, static_cast<std::uint16_t>(at_ - (last - 1))});
  }
  last = static_cast<std::uint32_t>(at_ + 1);
  search_tree(most, &matches);
  ++at_;
}

void MatchFinder::skip(std::size_t count) {
  for (const auto end = at_ + count; at_ < end; ++at_) {
    const auto most = most_length();
    if (most < bytes_in_tree || at_ + window_size < end) continue;
    last_three_[hash(three_bytes(&content_[at_]), three_bits)] = static_cast<std::uint32_t>(at_ + 1);
    search_tree(most, nullptr);
  }
}

void MatchFinder::search_tree(unsigned most, std::vector<Match>* matches) {
  const auto* here = &content_[at_];
  auto& root = roots_[hash(four_bytes(here), four_bits)];
  auto candidate = root;
  root = static_cast<std::uint32_t>(at_ + 1);
  auto* lower = &children_[2 * (at_ & window_mask)];
  auto* higher = lower + 1;
  unsigned lower_length = 0;
  unsigned higher_length = 0;
  unsigned best = least_match;
  for (auto left = depth_; candidate != 0 && at_ - (candidate - 1) <= window_size && left > 0; --left) {
    const std::size_t place = candidate - 1;
    const auto* there = &content_[place];
    auto* pair = &children_[2 * (place & window_mask)];
    // All positions in this part of the tree share with the current position at least the bytes that both
    // borders of the part share with it.
    auto length = std::min(lower_length, higher_length);
    while (length < most && there[length] == here[length]) ++length;
    if (length > best) {
      best = length;
      if (matches != nullptr) {
        matches->push_back({static_cast<std::uint16_t>(length), static_cast<std::uint16_t>(at_ - place)});
      }
    }
    if (length == most) {
      // The current position takes the place of this one in the tree.
      *lower = pair[0];
      *higher = pair[1];
      return;
    }
    if (there[length] < here[length]) {
      *lower = candidate;
      lower = pair + 1;
      candidate = *lower;
      lower_length = length;
    } else {
      *higher = candidate;
      higher = pair;
      candidate = *higher;
      higher_length = length;
    }
  }
  *lower = 0;
  *higher = 0;
}

}  // namespace lbundle::zip
