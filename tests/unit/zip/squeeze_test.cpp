#include "zip/squeeze.hpp"

#include <numeric>

#include <gtest/gtest.h>
#include <libdeflate.h>

#include "model/text.hpp"
#include "zip/deflate.hpp"
#include "zip/huffman.hpp"
#include "zip/match_finder.hpp"

namespace lbundle::zip {
namespace {

constexpr ParseEffort blocks_alone{};
constexpr ParseEffort some_effort{.passes = 8, .patience = 5, .match_depth = 50};

// Returns a text whose vocabulary changes in the middle, so that one code does not fit all of it.
Bytes two_vocabularies(std::size_t size) {
  std::string text;
  for (std::uint32_t i = 0; text.size() < size; ++i) {
    const auto noise = i * 2654435761U >> 20;
    text += i < 3000 ? format("{} apples, ", noise % 97) : format("{:x}/{:x}\n", noise, noise * noise);
  }
  return {text.begin(), text.end()};
}

Bytes noise(std::size_t size) {
  Bytes bytes(size);
  std::uint32_t state = 7;
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>((state = state * 1664525 + 1013904223) >> 24);
  return bytes;
}

Bytes joined(std::initializer_list<Bytes> parts) {
  Bytes all;
  for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

std::vector<Bytes> contents() {
  return {
      two_vocabularies(150'000),
      Bytes(1'000'000, 'r'),
      Bytes{'a', 'b', 'a', 'b', 'a', 'b', 'a', 'b', 'a', 'b', 'a', 'b'},
      joined({two_vocabularies(50'000), noise(200'000),
              two_vocabularies(50'000)}),                     // a stored block in the middle
      joined({noise(32'768), noise(32'768), Bytes(300, 0)}),  // matches of the whole window
      joined({Bytes(3'000'000, 0), two_vocabularies(20'000), Bytes(3'000'000, 0)}),
  };
}

Bytes libdeflate_stream(ByteView content, int level) {
  auto* compressor = libdeflate_alloc_compressor(level);
  Bytes stream(libdeflate_deflate_compress_bound(compressor, content.size()));
  stream.resize(
      libdeflate_deflate_compress(compressor, content.data(), content.size(), stream.data(), stream.size()));
  libdeflate_free_compressor(compressor);
  return stream;
}

Bytes unpacked(ByteView stream, std::size_t size) {
  auto* decompressor = libdeflate_alloc_decompressor();
  Bytes content(size);
  const auto result = libdeflate_deflate_decompress(decompressor, stream.data(), stream.size(),
                                                    content.data(), size, nullptr);
  libdeflate_free_decompressor(decompressor);
  EXPECT_EQ(result, LIBDEFLATE_SUCCESS);
  return content;
}

TEST(Squeeze, HasTheSameContentInNoMoreBytes) {
  for (const auto& content : contents()) {
    for (const int level : {1, 6, 12}) {
      const auto first = libdeflate_stream(content, level);
      const auto blocks = squeeze(content, first, blocks_alone);
      const auto parsed = squeeze(content, first, some_effort);
      EXPECT_EQ(unpacked(blocks, content.size()), content) << content.size() << " at " << level;
      EXPECT_EQ(unpacked(parsed, content.size()), content) << content.size() << " at " << level;
      EXPECT_LE(blocks.size(), first.size() + 8) << content.size() << " at " << level;
      EXPECT_LE(parsed.size(), blocks.size()) << content.size() << " at " << level;
    }
  }
}

TEST(Squeeze, SavesBytesIfTheContentChangesItsNature) {
  const auto content = two_vocabularies(150'000);
  const auto first = libdeflate_stream(content, 12);
  EXPECT_LT(squeeze(content, first, some_effort).size(), first.size());
}

TEST(Squeeze, IsTheSameEachTime) {
  const auto content = two_vocabularies(100'000);
  const auto first = libdeflate_stream(content, 12);
  EXPECT_EQ(squeeze(content, first, some_effort), squeeze(content, first, some_effort));
}

TEST(Tokens, RepresentTheContent) {
  for (const auto& content : contents()) {
    Bytes back;
    for (const auto& token : tokens_of(libdeflate_stream(content, 9), content.size())) {
      if (token.distance == 0) {
        back.push_back(static_cast<std::uint8_t>(token.value));
        continue;
      }
      for (unsigned i = 0; i < token.value; ++i) back.push_back(back[back.size() - token.distance]);
    }
    EXPECT_EQ(back, content);
  }
}

TEST(MatchFinder, FindsTheLongestAndTheNearest) {
  const std::string text = "abcdX abcde abcdY abcde";
  MatchFinder finder(as_bytes(text), 100);
  std::vector<Match> matches;
  for (std::size_t i = 0; i < 18; ++i) finder.next(matches);
  matches.clear();
  finder.next(matches);
  ASSERT_EQ(matches.size(), 3u);
  EXPECT_EQ(matches[0].length, 3);
  EXPECT_EQ(matches[0].distance, 6);  // of three and four bytes, the nearest
  EXPECT_EQ(matches[1].length, 4);
  EXPECT_EQ(matches[1].distance, 6);
  EXPECT_EQ(matches[2].length, 5);
  EXPECT_EQ(matches[2].distance, 12);
}

double kraft_sum(const CodeLengths& lengths) {
  double sum = 0;
  for (const auto length : lengths) sum += length == 0 ? 0 : 1.0 / (1 << length);
  return sum;
}

TEST(Huffman, LimitsTheDepthAndStaysComplete) {
  std::vector<std::uint32_t> fibonacci = {1, 1};
  while (fibonacci.size() < 40) fibonacci.push_back(fibonacci.back() + fibonacci[fibonacci.size() - 2]);
  for (const unsigned most : {7U, 15U}) {
    const auto lengths = code_lengths(fibonacci, most);
    EXPECT_EQ(*std::max_element(lengths.begin(), lengths.end()), most);
    EXPECT_EQ(kraft_sum(lengths), 1.0);
  }
}

TEST(Huffman, GivesCodesOnlyToSymbolsThatOccur) {
  EXPECT_EQ(code_lengths(std::vector<std::uint32_t>{0, 8, 4, 2, 2}, 15), (CodeLengths{0, 1, 2, 3, 3}));
  EXPECT_EQ(code_lengths(std::vector<std::uint32_t>{0, 5, 0}, 15), (CodeLengths{0, 1, 0}));
  EXPECT_EQ(code_lengths(std::vector<std::uint32_t>{0, 0}, 15), (CodeLengths{0, 0}));
}

// Returns frequencies that differ a lot, so that the best code has long codes of many lengths.
Histogram uneven_block() {
  Histogram histogram;
  for (std::uint32_t symbol = 'a'; symbol <= 'z'; ++symbol)
    histogram.litlen[symbol] = 1U << (symbol * 2654435761U >> 28) % 9;
  histogram.litlen[end_of_block] = 1;
  for (unsigned distance = 8; distance < 20; ++distance) histogram.distance[distance] = 1 + distance % 3;
  histogram.litlen[260] = 20;
  return histogram;
}

TEST(FinestCode, IsShorterIfTheHeaderCounts) {
  const auto histogram = uneven_block();
  const auto best = best_code(histogram, 100'000);
  const auto finest = finest_code(histogram, best);
  EXPECT_LT(finest.bits, best.bits);
  std::uint64_t kraft = 0;  // in units of the longest code
  for (const auto length : finest.litlen) kraft += length == 0 ? 0 : 1U << (15 - length);
  EXPECT_EQ(kraft, 1U << 15);
}

TEST(FinestCode, LeavesAStoredBlock) {
  const auto stored = best_code(histogram_of({}), 0);
  EXPECT_EQ(finest_code(histogram_of({}), {BlockForm::stored, {}, {}, 42}).form, BlockForm::stored);
  EXPECT_LE(finest_code(histogram_of({}), stored).bits, stored.bits);
}

}  // namespace
}  // namespace lbundle::zip
