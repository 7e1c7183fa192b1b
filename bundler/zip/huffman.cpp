#include "zip/huffman.hpp"

#include <algorithm>
#include <functional>

namespace lbundle::zip {

namespace {

struct Leaf {
  std::uint32_t count;
  std::uint16_t symbol;
};

// The code length of each leaf in Huffman's tree. `leaves` are sorted by count. The tree is built with two
// queues: the leaves, and the inner nodes, which are made in the order of their weights.
std::vector<unsigned> depths_of(const std::vector<Leaf>& leaves) {
  const auto n = leaves.size();
  std::vector<std::uint64_t> weights(n - 1);
  std::vector<std::size_t> leaf_parents(n);
  std::vector<std::size_t> inner_parents(n - 1);
  std::size_t leaf = 0;
  std::size_t inner = 0;
  for (std::size_t made = 0; made + 1 < n; ++made) {
    for (int child = 0; child < 2; ++child) {
      if (leaf < n && (inner == made || leaves[leaf].count <= weights[inner])) {
        weights[made] += leaves[leaf].count;
        leaf_parents[leaf++] = made;
      } else {
        weights[made] += weights[inner];
        inner_parents[inner++] = made;
      }
    }
  }
  std::vector<unsigned> inner_depths(n - 1);
  for (std::size_t i = n - 2; i-- > 0;) inner_depths[i] = inner_depths[inner_parents[i]] + 1;
  std::vector<unsigned> depths(n);
  for (std::size_t i = 0; i < n; ++i) depths[i] = inner_depths[leaf_parents[i]] + 1;
  return depths;
}

// Limits the code lengths to `most` bits; `counts` says how many codes have each length. Codes that are too
// long get `most` bits. Then shorter codes get one bit more until the result is a prefix code again, each
// time the longest code that can, because this costs least.
void limit(std::vector<unsigned>& counts, unsigned most) {
  for (auto length = counts.size() - 1; length > most; --length) {
    counts[most] += counts[length];
    counts[length] = 0;
  }
  std::uint64_t sum = 0;
  for (unsigned length = 1; length <= most; ++length) {
    sum += std::uint64_t{counts[length]} << (most - length);
  }
  for (; sum > std::uint64_t{1} << most; --sum) {
    --counts[most];
    auto length = most - 1;
    while (counts[length] == 0) --length;
    --counts[length];
    counts[length + 1] += 2;
  }
}

}  // namespace

CodeLengths code_lengths(std::span<const std::uint32_t> counts, unsigned most) {
  std::vector<Leaf> leaves;
  leaves.reserve(counts.size());
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] > 0) leaves.push_back({counts[i], static_cast<std::uint16_t>(i)});
  }
  CodeLengths lengths(counts.size());
  if (leaves.size() < 2) {
    for (const auto& leaf : leaves) lengths[leaf.symbol] = 1;
    return lengths;
  }
  std::ranges::stable_sort(leaves, {}, &Leaf::count);
  const auto depths = depths_of(leaves);
  std::vector<unsigned> by_length(std::max<std::size_t>(most, *std::ranges::max_element(depths)) + 1);
  for (const auto depth : depths) ++by_length[depth];
  limit(by_length, most);
  // The rarest symbols get the longest codes.
  std::size_t at = 0;
  for (auto length = most; length > 0; --length) {
    for (unsigned i = 0; i < by_length[length]; ++i) {
      lengths[leaves[at++].symbol] = static_cast<std::uint8_t>(length);
    }
  }
  return lengths;
}

std::vector<std::uint16_t> canonical_codes(const CodeLengths& lengths) {
  std::array<unsigned, 16> counts{};
  for (const auto length : lengths) ++counts[length];
  counts[0] = 0;
  std::array<unsigned, 16> next{};
  for (std::size_t length = 1; length < next.size(); ++length) {
    next[length] = (next[length - 1] + counts[length - 1]) << 1;
  }
  std::vector<std::uint16_t> codes(lengths.size());
  for (std::size_t symbol = 0; symbol < lengths.size(); ++symbol) {
    auto code = next[lengths[symbol]]++;
    for (unsigned i = 0; i < lengths[symbol]; ++i, code >>= 1) {
      codes[symbol] = static_cast<std::uint16_t>(codes[symbol] << 1 | (code & 1));
    }
  }
  return codes;
}

const CodeLengths& fixed_litlen_lengths() {
  static const CodeLengths lengths = [] {
    CodeLengths made(288, 8);
    std::fill(made.begin() + 144, made.begin() + 256, std::uint8_t{9});
    std::fill(made.begin() + 256, made.begin() + 280, std::uint8_t{7});
    return made;
  }();
  return lengths;
}

}  // namespace lbundle::zip
