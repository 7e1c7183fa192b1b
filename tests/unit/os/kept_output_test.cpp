#include "os/kept_output.hpp"

#include <gtest/gtest.h>

namespace lbundle {
namespace {

TEST(KeptOutput, AShortTextIsKeptWhole) {
  KeptOutput output(10);
  output.add("12345");
  output.add("67890");
  EXPECT_EQ(output.text(), "1234567890");
  EXPECT_EQ(output.left_out(), 0U);
}

TEST(KeptOutput, OfALongTextTheBeginningAndTheEndAreKept) {
  KeptOutput output(20);
  std::string all;
  for (int i = 100; i < 1000; ++i) {
    const auto line = std::to_string(i) + "\n";
    output.add(line);
    all += line;
  }
  EXPECT_EQ(output.text(), "100\n101\n[lbundle: 3584 bytes left out]\n998\n999\n");
  EXPECT_EQ(output.left_out(), all.size() - 16);
}

TEST(KeptOutput, OnePieceIsCutLikeMany) {
  KeptOutput output(8);
  output.add("ab\ncdefghijklmnop\nyz\n");
  EXPECT_EQ(output.text(), "ab\n[lbundle: 15 bytes left out]\nyz\n");
}

TEST(KeptOutput, ATextWithoutLinesIsCutAnywhere) {
  KeptOutput output(4);
  output.add("0123456789");
  EXPECT_EQ(output.text(), "01\n[lbundle: 6 bytes left out]\n89");
}

TEST(KeptOutput, WithoutABoundEverythingIsKept) {
  KeptOutput output(~std::size_t{0});
  output.add(std::string(100'000, 'x'));
  EXPECT_EQ(output.text().size(), 100'000U);
}

}  // namespace
}  // namespace lbundle
