#include "zip/deflate_block.hpp"

#include <algorithm>
#include <numeric>

namespace lbundle::zip {

namespace {

constexpr unsigned most_code_bits = 15;
constexpr unsigned most_order_bits = 7;
constexpr std::size_t most_stored = 65535;

// One symbol of the header's run-length code (RFC 1951, 3.2.7): 0 to 15 is a length, 16 to 18 is a run.
struct Run {
  std::uint8_t symbol;
  std::uint8_t extra;
};

constexpr unsigned run_extra_bits(unsigned symbol) {
  return symbol == 16 ? 2 : symbol == 17 ? 3 : symbol == 18 ? 7 : 0;
}

// Which kinds of runs are written in short form. If there are few runs of a kind, declaring its symbol costs
// more than it saves.
struct RunChoice {
  bool repeats = true;     // 16
  bool zeros = true;       // 17
  bool many_zeros = true;  // 18
};

struct Header {
  std::size_t litlen_count = 257;
  std::size_t distance_count = 1;
  std::vector<Run> runs;
  CodeLengths order_lengths;
  std::size_t order_count = 4;
  std::uint64_t bits = 0;
};

void add_runs(std::vector<Run>& runs, std::uint8_t value, std::size_t count, const RunChoice& choice) {
  const auto add = [&](std::uint8_t symbol, std::size_t extra) {
    runs.push_back({symbol, static_cast<std::uint8_t>(extra)});
  };
  if (value == 0) {
    while (choice.many_zeros && count >= 11) {
      const auto taken = std::min<std::size_t>(count, 138);
      add(18, taken - 11);
      count -= taken;
    }
    while (choice.zeros && count >= 3) {
      const auto taken = std::min<std::size_t>(count, 10);
      add(17, taken - 3);
      count -= taken;
    }
  } else if (choice.repeats && count >= 4) {
    add(value, 0);
    --count;
    while (count >= 3) {
      // A run of seven is cheaper as four and three than as six and one.
      const auto taken = count == 7 ? 4 : std::min<std::size_t>(count, 6);
      add(16, taken - 3);
      count -= taken;
    }
  }
  for (; count > 0; --count) add(value, 0);
}

std::size_t used(const CodeLengths& lengths, std::size_t least) {
  auto count = lengths.size();
  while (count > least && lengths[count - 1] == 0) --count;
  return count;
}

Header header_with(const CodeLengths& litlen, const CodeLengths& distance, const RunChoice& choice) {
  Header header;
  header.litlen_count = used(litlen, 257);
  header.distance_count = used(distance, 1);
  CodeLengths all(litlen.begin(), litlen.begin() + static_cast<std::ptrdiff_t>(header.litlen_count));
  all.insert(all.end(), distance.begin(),
             distance.begin() + static_cast<std::ptrdiff_t>(header.distance_count));
  for (std::size_t at = 0; at < all.size();) {
    auto end = at;
    while (end < all.size() && all[end] == all[at]) ++end;
    add_runs(header.runs, all[at], end - at, choice);
    at = end;
  }
  std::array<std::uint32_t, code_length_order.size()> counts{};
  for (const auto& run : header.runs) ++counts[run.symbol];
  header.order_lengths = code_lengths(counts, most_order_bits);
  header.order_count = code_length_order.size();
  while (header.order_count > 4 && header.order_lengths[code_length_order[header.order_count - 1]] == 0) {
    --header.order_count;
  }
  header.bits = 5 + 5 + 4 + 3 * header.order_count;
  for (unsigned symbol = 0; symbol < counts.size(); ++symbol) {
    header.bits += counts[symbol] * std::uint64_t{header.order_lengths[symbol] + run_extra_bits(symbol)};
  }
  return header;
}

Header best_header(const CodeLengths& litlen, const CodeLengths& distance) {
  Header best;
  for (unsigned i = 0; i < 8; ++i) {
    auto header = header_with(litlen, distance, {(i & 1) == 0, (i & 2) == 0, (i & 4) == 0});
    if (i == 0 || header.bits < best.bits) best = std::move(header);
  }
  return best;
}

template <std::size_t n>
std::uint64_t coded_bits(const std::array<std::uint32_t, n>& counts, const CodeLengths& lengths) {
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < n; ++i) bits += std::uint64_t{counts[i]} * lengths[i];
  return bits;
}

// Two counts get different lengths if they differ by more than a factor of about 1.4. So a
// smaller tolerance costs little.
constexpr std::uint64_t usual_tolerance = 13;  // tenths

// Gives neighbours with similar counts the same count. So they get the same code length, and the
// header has longer runs.
template <std::size_t n>
std::array<std::uint32_t, n> smoothed(std::array<std::uint32_t, n> counts, std::uint64_t tolerance) {
  static constexpr std::size_t least_run = 4;
  for (std::size_t at = 0; at < n;) {
    auto end = at + 1;
    std::uint64_t sum = counts[at];
    while (end < n && counts[at] > 0 && counts[end] > 0) {
      const auto mean = sum / (end - at);
      if (counts[end] * 10ULL > mean * tolerance + 20 || counts[end] * tolerance + 20 < mean * 10) break;
      sum += counts[end++];
    }
    if (end - at >= least_run) {
      std::fill(counts.begin() + static_cast<std::ptrdiff_t>(at),
                counts.begin() + static_cast<std::ptrdiff_t>(end),
                static_cast<std::uint32_t>(std::max<std::uint64_t>(1, (sum + (end - at) / 2) / (end - at))));
    }
    at = end;
  }
  return counts;
}

// Decoders older than zlib 1.2.1.1 need two distance codes. Everything that reads zips accepts a single code
// of one bit, as the standard allows.
CodeLengths distance_lengths(const std::array<std::uint32_t, distance_symbols>& counts) {
  auto lengths = code_lengths(counts, most_code_bits);
  if (std::ranges::all_of(lengths, [](auto length) { return length == 0; })) lengths[0] = 1;
  return lengths;
}

Histogram smoothed(const Histogram& histogram, std::uint64_t tolerance) {
  return {smoothed(histogram.litlen, tolerance), smoothed(histogram.distance, tolerance)};
}

// The best code for the counts of `coded`, with its cost for `histogram`.
BlockCode dynamic_code(const Histogram& histogram, const Histogram& coded, unsigned most_bits) {
  BlockCode code;
  code.litlen = code_lengths(coded.litlen, most_bits);
  code.distance = distance_lengths(coded.distance);
  code.bits = 3 + best_header(code.litlen, code.distance).bits + coded_bits(histogram.litlen, code.litlen) +
              coded_bits(histogram.distance, code.distance) + extra_bits(histogram);
  return code;
}

BlockCode fixed_code(const Histogram& histogram) {
  BlockCode code{BlockForm::fixed, fixed_litlen_lengths(), CodeLengths(distance_symbols, 5), 0};
  code.bits = 3 + coded_bits(histogram.litlen, code.litlen) + coded_bits(histogram.distance, code.distance) +
              extra_bits(histogram);
  return code;
}

void take_shorter(BlockCode& best, BlockCode other) {
  if (other.bits < best.bits) best = std::move(other);
}

void write_header(BitWriter& writer, const Header& header) {
  writer.put(static_cast<std::uint32_t>(header.litlen_count - 257), 5);
  writer.put(static_cast<std::uint32_t>(header.distance_count - 1), 5);
  writer.put(static_cast<std::uint32_t>(header.order_count - 4), 4);
  for (std::size_t i = 0; i < header.order_count; ++i)
    writer.put(header.order_lengths[code_length_order[i]], 3);
  const auto codes = canonical_codes(header.order_lengths);
  for (const auto& run : header.runs) {
    writer.put(codes[run.symbol], header.order_lengths[run.symbol]);
    writer.put(run.extra, run_extra_bits(run.symbol));
  }
}

void write_stored(BitWriter& writer, ByteView content, bool last) {
  do {
    const auto part = content.subspan(0, std::min(content.size(), most_stored));
    content = content.subspan(part.size());
    writer.put(last && content.empty() ? 1 : 0, 1);
    writer.put(0, 2);
    writer.align();
    const auto size = static_cast<std::uint32_t>(part.size());
    writer.put(size | (~size & 0xFFFF) << 16, 32);
    writer.put_bytes(part);
  } while (!content.empty());
}

void write_tokens(BitWriter& writer, std::span<const Token> tokens, const BlockCode& code) {
  const auto litlen = canonical_codes(code.litlen);
  const auto distance = canonical_codes(code.distance);
  for (const auto& token : tokens) {
    if (token.distance == 0) {
      writer.put(litlen[token.value], code.litlen[token.value]);
      continue;
    }
    const auto symbol = length_symbol(token.value);
    const auto& length = length_ranges[symbol - end_of_block - 1];
    writer.put(litlen[symbol], code.litlen[symbol]);
    writer.put(token.value - length.base, length.extra);
    const auto from = distance_symbol(token.distance);
    writer.put(distance[from], code.distance[from]);
    writer.put(token.distance - distance_ranges[from].base, distance_ranges[from].extra);
  }
  writer.put(litlen[end_of_block], code.litlen[end_of_block]);
}

}  // namespace

Histogram& Histogram::operator+=(const Histogram& other) {
  for (std::size_t i = 0; i < litlen.size(); ++i) litlen[i] += other.litlen[i];
  for (std::size_t i = 0; i < distance.size(); ++i) distance[i] += other.distance[i];
  litlen[end_of_block] = 1;
  return *this;
}

Histogram histogram_of(std::span<const Token> tokens) {
  Histogram histogram;
  for (const auto& token : tokens) histogram.add(token);
  histogram.litlen[end_of_block] = 1;
  return histogram;
}

std::uint64_t extra_bits(const Histogram& histogram) {
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < length_ranges.size(); ++i) {
    bits += std::uint64_t{histogram.litlen[end_of_block + 1 + i]} * length_ranges[i].extra;
  }
  for (std::size_t i = 0; i < distance_symbols; ++i) {
    bits += std::uint64_t{histogram.distance[i]} * distance_ranges[i].extra;
  }
  return bits;
}

BlockCode best_code(const Histogram& histogram, std::size_t bytes) {
  auto best = dynamic_code(histogram, histogram, most_code_bits);
  take_shorter(best, dynamic_code(histogram, smoothed(histogram, usual_tolerance), most_code_bits));
  take_shorter(best, fixed_code(histogram));
  const auto parts = std::max<std::size_t>(1, (bytes + most_stored - 1) / most_stored);
  take_shorter(best, {BlockForm::stored, {}, {}, std::uint64_t{bytes} * 8 + parts * (3 + 7 + 32)});
  return best;
}

BlockCode finest_code(const Histogram& histogram, BlockCode best) {
  static constexpr std::array<std::uint64_t, 2> tolerances{usual_tolerance, 20};
  if (best.form == BlockForm::stored) return best;
  for (const auto tolerance : tolerances) {
    const auto coded = smoothed(histogram, tolerance);
    for (const unsigned most_bits : {15U, 11U, 10U, 9U})
      take_shorter(best, dynamic_code(histogram, coded, most_bits));
  }
  return best;
}

void BitWriter::put(std::uint32_t value, unsigned count) {
  bits_ |= std::uint64_t{value} << count_;
  count_ += count;
  for (; count_ >= 8; count_ -= 8, bits_ >>= 8) bytes_.push_back(static_cast<std::uint8_t>(bits_));
}

void BitWriter::align() {
  if (count_ > 0) put(0, 8 - count_);
}

void BitWriter::put_bytes(ByteView bytes) {
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
}

Bytes BitWriter::result() {
  align();
  return std::move(bytes_);
}

void write_block(BitWriter& writer, std::span<const Token> tokens, ByteView content, const BlockCode& code,
                 bool last) {
  if (code.form == BlockForm::stored) return write_stored(writer, content, last);
  writer.put(last ? 1 : 0, 1);
  writer.put(code.form == BlockForm::fixed ? 1 : 2, 2);
  if (code.form == BlockForm::dynamic) write_header(writer, best_header(code.litlen, code.distance));
  write_tokens(writer, tokens, code);
}

}  // namespace lbundle::zip
