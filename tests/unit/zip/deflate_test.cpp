#include "zip/deflate.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "model/error.hpp"

namespace lbundle::zip {
namespace {

Bytes repeated(std::string_view text, std::size_t times) {
  Bytes bytes;
  for (std::size_t i = 0; i < times; ++i) bytes.insert(bytes.end(), text.begin(), text.end());
  return bytes;
}

RC_GTEST_PROP(Deflate, GivesBackWhatWasCompressedAtEveryLevel, (const std::vector<std::uint8_t>& seed)) {
  // The content repeats, so that there are matches to find, and has a part that is not repeated.
  const auto times = *rc::gen::inRange<std::size_t>(0, 40);
  auto content = repeated(as_text(seed), times);
  content.insert(content.end(), seed.rbegin(), seed.rend());
  for (const auto level : {Level::fast, Level::best, Level::max}) {
    const auto stream = compress(content, level);
    RC_ASSERT(decompress(stream, "x") == content);
    RC_ASSERT(stream.bytes.size() <= content.size());
    RC_ASSERT(stream.size.bytes() == content.size());
  }
}

TEST(Deflate, StoresWhatDoesNotGetSmaller) {
  EXPECT_EQ(compress({}, Level::best).method, Method::stored);
  EXPECT_EQ(compress(as_bytes("x"), Level::max).method, Method::stored);
  EXPECT_EQ(compress(as_bytes("abcdefghijklmnopqrstuvwxyz"), Level::best).method, Method::stored);
  EXPECT_EQ(compress(repeated("abc", 100), Level::best).method, Method::deflated);
}

TEST(Deflate, MaxIsNeverLargerThanBest) {
  for (const auto& content : {repeated("one, two, three; ", 3000),
                              repeated("\x7f"
                                       "ELF",
                                       9),
                              Bytes(100'000)}) {
    EXPECT_LE(compress(content, Level::max).bytes.size(), compress(content, Level::best).bytes.size());
  }
}

TEST(Deflate, RefusesDamage) {
  auto stream = compress(repeated("abc", 1000), Level::best);
  auto wrong_crc = stream;
  wrong_crc.crc32 ^= 1;
  EXPECT_THROW(decompress(wrong_crc, "x"), Error);
  auto cut = stream;
  cut.bytes.pop_back();
  EXPECT_THROW(decompress(cut, "x"), Error);
}

TEST(Deflate, CountsTheCrcOfThePkzipCheckValue) {
  // The check value of CRC-32/ISO-HDLC for "123456789".
  EXPECT_EQ(crc32_of(as_bytes("123456789")), 0xcbf43926u);
}

}  // namespace
}  // namespace lbundle::zip
