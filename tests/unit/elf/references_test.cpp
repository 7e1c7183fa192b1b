// Tests what compiled code refers to, and texts in the operands of its instructions.
#include "elf/references.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "elf/operand_texts.hpp"
#include "unit/elf/compiled.hpp"

namespace lbundle {
namespace {

class Compiled : public testing::TestWithParam<const char*> {
 protected:
  Bytes compile(const std::string& source) {
    return read_file(
        workshop_.compile("program", source, {"-O2", "-fPIE", "-nostdlib", "-Wl,-e,run", GetParam()}));
  }

  test::Workshop workshop_;
};

// A program with a fixed place has absolute addresses in its code, one without has relative ones.
INSTANTIATE_TEST_SUITE_P(Places, Compiled, testing::Values("-no-pie", "-pie"));

TEST_P(Compiled, ATextInsideALongerOne) {
  const auto file = compile(R"(const char* volatile kept;
      const char* const table[] = {"old_sheets.bin", "sheets.bin"};
      void run(int n) { kept = "old_rates.bin"; kept = "rates.bin"; kept = "old_zones.bin"; kept = table[n]; })");
  const auto text = as_text(file);
  const elf::References references{elf::Image(file)};
  const auto is_referenced = [&](std::string_view what) {
    return references.contains_offset(text.find(what));
  };
  EXPECT_TRUE(is_referenced("old_rates.bin"));
  EXPECT_TRUE(is_referenced("rates.bin"));
  EXPECT_TRUE(is_referenced("sheets.bin"));
  EXPECT_TRUE(is_referenced("old_zones.bin"));
  EXPECT_FALSE(is_referenced("zones.bin"));
  EXPECT_FALSE(references.contains_offset(file.size() + 100));
}

TEST_P(Compiled, ATextInOperands) {
  const auto file = compile(R"(void run(char* to) { __builtin_memcpy(to, "dictionary.bin", 15); })");
  ASSERT_EQ(as_text(file).find("dictionary.bin"), std::string_view::npos);
  bool can_write = false;
  for (const auto& pieces : elf::operand_texts(elf::Image(file)))
    can_write = can_write || elf::can_write(pieces, "dictionary.bin");
  EXPECT_TRUE(can_write);
}

TEST_P(Compiled, WordsThatTheLoaderFills) {
  const auto file =
      compile(R"(extern int there; int there = 1; int* pointers[] = {&there, &there}; void run(int n) {})");
  const auto count = elf::relocated_words(elf::Image(file)).size();
  EXPECT_EQ(count, std::string_view(GetParam()) == "-pie" ? 2U : 0U);
}

TEST(OperandTexts, PiecesOverlapAndHaveNoOrder) {
  EXPECT_TRUE(elf::can_write({"nary.bin", "dictiona"}, "dictionary"));
  EXPECT_TRUE(elf::can_write({"x/345.pn", "g"}, "png"));
  EXPECT_TRUE(elf::can_write({"my.table"}, "table"));
  EXPECT_FALSE(elf::can_write({"dictiona", "bin"}, "dictionary"));
  EXPECT_FALSE(elf::can_write({}, "a"));
}

}  // namespace
}  // namespace lbundle
