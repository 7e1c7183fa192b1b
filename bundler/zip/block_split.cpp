#include "zip/block_split.hpp"

#include <algorithm>
#include <iterator>
#include <queue>

#include "zip/fixed_bits.hpp"

namespace lbundle::zip {

namespace {

// The number of tokens in the smallest block that is tried.
constexpr std::size_t grain = 128;

// The number of tokens that are split together. It bounds the memory, because the histogram of a grain takes
// more memory than its tokens. Each border between sections costs a few bytes of the stream.
constexpr std::size_t section = grain << 12;

// count * log2(count), from a table if `count` is small. All costs in this file are in fractions of a bit.
std::int64_t self_information(std::uint32_t count) {
  static const auto table = [] {
    std::vector<std::int64_t> values(4096);
    for (std::uint32_t i = 1; i < values.size(); ++i) values[i] = i * fixed_log2(i);
    return values;
  }();
  return count < table.size() ? table[count] : count * fixed_log2(count);
}

// The bits that the symbols take with the best possible code, plus an estimate of the bits
// that declare this code.
template <std::size_t n>
std::int64_t estimate(const std::array<std::uint32_t, n>& counts) {
  // Measured over the blocks of native libraries and of Python: 3.3 bits for each symbol that occurs, 5 bits
  // for each gap between such symbols.
  static constexpr std::int64_t for_symbol = 33 * one_bit / 10;
  static constexpr std::int64_t for_gap = 5 * one_bit;
  std::uint32_t total = 0;
  std::int64_t cost = 0;
  unsigned symbols = 0;
  unsigned gaps = 0;
  bool in_gap = false;
  for (const auto count : counts) {
    if (count == 0) {
      gaps += in_gap ? 0 : 1;
      in_gap = true;
      continue;
    }
    in_gap = false;
    ++symbols;
    total += count;
    cost -= self_information(count);
  }
  return cost + (total > 0 ? self_information(total) : 0) + symbols * for_symbol + gaps * for_gap;
}

std::int64_t estimate(const Histogram& histogram) {
  static constexpr std::int64_t fixed_part = 60 * one_bit;
  return fixed_part + estimate(histogram.litlen) + estimate(histogram.distance);
}

struct Part {
  Block block;
  std::int64_t cost = 0;
  std::size_t previous = 0;
  std::size_t next = 0;
  std::uint32_t version = 0;  // raised by each change; joins queued for an earlier version are void
  bool alive = true;
};

struct Join {
  std::int64_t gain;
  std::size_t left;
  std::uint32_t left_version;
  std::uint32_t right_version;

  // Of equal gains the first in the stream is taken, so that the result does not depend on the
  // order of the queue.
  bool operator<(const Join& other) const {
    return gain != other.gain ? gain < other.gain : left > other.left;
  }
};

constexpr std::size_t none = ~std::size_t{0};

// Joins neighbours, the pair that saves most first, until no pair saves anything.
class Joining {
 public:
  explicit Joining(std::vector<Part> parts) : parts_(std::move(parts)) {
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      parts_[i].previous = i == 0 ? none : i - 1;
      parts_[i].next = i + 1 == parts_.size() ? none : i + 1;
    }
    for (std::size_t i = 0; i + 1 < parts_.size(); ++i) offer(i);
  }

  std::vector<Block> result() {
    while (!queue_.empty()) {
      const auto best = queue_.top();
      queue_.pop();
      if (is_current(best)) join(best.left);
    }
    std::vector<Block> blocks;
    for (auto& part : parts_) {
      if (part.alive) blocks.push_back(std::move(part.block));
    }
    return blocks;
  }

 private:
  bool is_current(const Join& join) const {
    const auto& left = parts_[join.left];
    return left.alive && left.version == join.left_version && left.next != none &&
           parts_[left.next].version == join.right_version;
  }

  void offer(std::size_t left) {
    const auto& one = parts_[left];
    const auto& other = parts_[one.next];
    auto both = one.block.histogram;
    both += other.block.histogram;
    const auto gain = one.cost + other.cost - estimate(both);
    if (gain > 0) queue_.push({gain, left, one.version, other.version});
  }

  void join(std::size_t at) {
    auto& left = parts_[at];
    auto& right = parts_[left.next];
    left.block.histogram += right.block.histogram;
    left.block.end = right.block.end;
    left.block.end_byte = right.block.end_byte;
    left.cost = estimate(left.block.histogram);
    ++left.version;
    right.alive = false;
    left.next = right.next;
    if (left.next != none) {
      parts_[left.next].previous = at;
      offer(at);
    }
    if (left.previous != none) offer(left.previous);
  }

  std::vector<Part> parts_;
  std::priority_queue<Join> queue_;
};

// The grains of the tokens from `first` up to `end`. `byte` is the position of the first
// token in the content.
std::vector<Part> grains_of(std::span<const Token> tokens, std::size_t first, std::size_t end,
                            std::size_t byte) {
  std::vector<Part> parts;
  for (auto at = first; at < end; at += grain) {
    Part part;
    auto& block = part.block;
    block.first = at;
    block.end = std::min(at + grain, end);
    block.begin_byte = byte;
    for (auto i = block.first; i < block.end; ++i) byte += tokens[i].bytes();
    block.end_byte = byte;
    block.histogram = histogram_of(tokens.subspan(block.first, block.end - block.first));
    part.cost = estimate(block.histogram);
    parts.push_back(std::move(part));
  }
  return parts;
}

}  // namespace

std::vector<Block> split_into_blocks(std::span<const Token> tokens, std::size_t first_byte) {
  std::vector<Block> blocks;
  for (std::size_t at = 0; at < tokens.size(); at += section) {
    const auto byte = blocks.empty() ? first_byte : blocks.back().end_byte;
    auto found = Joining(grains_of(tokens, at, std::min(at + section, tokens.size()), byte)).result();
    std::ranges::move(found, std::back_inserter(blocks));
  }
  return blocks;
}

}  // namespace lbundle::zip
