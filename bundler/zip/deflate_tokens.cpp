#include "zip/deflate_tokens.hpp"

#include <algorithm>
#include <cstring>

#include "model/error.hpp"
#include "zip/huffman.hpp"

namespace lbundle::zip {

namespace {

class BitReader {
 public:
  explicit BitReader(ByteView bytes) : bytes_(bytes) {}

  // Reads ahead enough bits for a length, a distance and their extra bits: 48.
  void refill() {
    while (count_ <= 56) {
      const std::uint64_t byte = at_ < bytes_.size() ? bytes_[at_] : 0;
      bits_ |= byte << count_;
      ++at_;
      count_ += 8;
    }
  }
  unsigned peek(unsigned count) const { return static_cast<unsigned>(bits_ & ((1ULL << count) - 1)); }
  void drop(unsigned count) {
    bits_ >>= count;
    count_ -= count;
  }
  unsigned take(unsigned count) {
    const auto value = peek(count);
    drop(count);
    return value;
  }
  // Drops the rest of the current byte and returns the bytes after it.
  ByteView rest_of_bytes() {
    drop(count_ % 8);
    return bytes_.subspan(std::min(bytes_.size(), at_ - count_ / 8));
  }
  void skip_bytes(std::size_t count) {
    at_ = at_ - count_ / 8 + count;
    bits_ = 0;
    count_ = 0;
  }

 private:
  ByteView bytes_;
  std::size_t at_ = 0;
  std::uint64_t bits_ = 0;
  unsigned count_ = 0;
};

// Finds a symbol and its code's length by the next bits of the stream, as many as the longest code has.
class DecodeTable {
 public:
  explicit DecodeTable(const std::vector<std::uint8_t>& lengths) {
    for (const auto length : lengths) width_ = std::max<unsigned>(width_, length);
    entries_.resize(std::size_t{1} << width_);
    const auto codes = canonical_codes(lengths);
    for (std::size_t symbol = 0; symbol < lengths.size(); ++symbol) {
      if (lengths[symbol] == 0) continue;
      const auto entry = static_cast<std::uint16_t>(symbol << 4 | lengths[symbol]);
      for (std::size_t at = codes[symbol]; at < entries_.size(); at += std::size_t{1} << lengths[symbol]) {
        entries_[at] = entry;
      }
    }
  }

  unsigned next(BitReader& reader) const {
    const auto entry = entries_[reader.peek(width_)];
    require((entry & 15) != 0, "a stream of ours has only codes that it declares");
    reader.drop(entry & 15U);
    return entry >> 4;
  }

 private:
  unsigned width_ = 0;
  std::vector<std::uint16_t> entries_;
};

class Tokenizer {
 public:
  Tokenizer(ByteView stream, std::size_t size) : reader_(stream), size_(size) {
    // Machine code has about three bytes for each token, text has more.
    tokens_.reserve(size / 3 + 16);
  }

  std::vector<Token> result() {
    for (bool last = false; !last;) {
      reader_.refill();
      last = reader_.take(1) != 0;
      switch (reader_.take(2)) {
        case 0:
          read_stored();
          break;
        case 1:
          read_coded(fixed_litlen_lengths(), std::vector<std::uint8_t>(distance_symbols, 5));
          break;
        default:
          read_dynamic();
      }
    }
    require(done_ == size_, "a stream holds what was compressed");
    return std::move(tokens_);
  }

 private:
  void add(Token token) {
    tokens_.push_back(token);
    done_ += token.bytes();
    require(done_ <= size_, "a stream holds no more than was compressed");
  }

  void read_stored() {
    static constexpr std::size_t header = 4;  // the size, then its complement
    const auto bytes = reader_.rest_of_bytes();
    const std::size_t count = bytes[0] | static_cast<unsigned>(bytes[1]) << 8;
    for (std::size_t i = 0; i < count; ++i) add({bytes[header + i], 0});
    reader_.skip_bytes(header + count);
  }

  void read_dynamic() {
    const auto litlen_count = reader_.take(5) + 257;
    const auto distance_count = reader_.take(5) + 1;
    const auto order_count = reader_.take(4) + 4;
    std::vector<std::uint8_t> order_lengths(code_length_order.size());
    for (unsigned i = 0; i < order_count; ++i) {
      reader_.refill();
      order_lengths[code_length_order[i]] = static_cast<std::uint8_t>(reader_.take(3));
    }
    const DecodeTable table(order_lengths);
    std::vector<std::uint8_t> lengths;
    while (lengths.size() < litlen_count + distance_count) {
      reader_.refill();
      const auto symbol = table.next(reader_);
      if (symbol < 16) {
        lengths.push_back(static_cast<std::uint8_t>(symbol));
        continue;
      }
      const auto value = symbol == 16 ? lengths.back() : std::uint8_t{0};
      const auto count = symbol == 16   ? 3 + reader_.take(2)
                         : symbol == 17 ? 3 + reader_.take(3)
                                        : 11 + reader_.take(7);
      lengths.insert(lengths.end(), count, value);
    }
    const auto middle = lengths.begin() + litlen_count;
    read_coded({lengths.begin(), middle}, {middle, lengths.end()});
  }

  void read_coded(const std::vector<std::uint8_t>& litlen, const std::vector<std::uint8_t>& distance) {
    const DecodeTable litlen_table(litlen);
    const DecodeTable distance_table(distance);
    for (;;) {
      reader_.refill();
      const auto symbol = litlen_table.next(reader_);
      if (symbol == end_of_block) return;
      if (symbol < end_of_block) {
        add({static_cast<std::uint16_t>(symbol), 0});
        continue;
      }
      const auto& length = length_ranges[symbol - end_of_block - 1];
      const auto value = static_cast<std::uint16_t>(length.base + reader_.take(length.extra));
      const auto& range = distance_ranges[distance_table.next(reader_)];
      add({value, static_cast<std::uint16_t>(range.base + reader_.take(range.extra))});
    }
  }

  BitReader reader_;
  std::size_t size_;
  std::size_t done_ = 0;
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> tokens_of(ByteView stream, std::size_t size) {
  return Tokenizer(stream, size).result();
}

}  // namespace lbundle::zip
