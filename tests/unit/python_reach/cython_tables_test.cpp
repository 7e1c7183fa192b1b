#include "python_reach/cython_tables.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cython_tables.hpp"

namespace lbundle {
namespace {

using testing::Contains;
using testing::ElementsAreArray;
using testing::IsEmpty;
using testing::SizeIs;

const std::vector<std::string> texts = {
    "no module named ", "?",     "steps/fast.pyx", "__main__",      "__name__", "__test__", "hidden",
    "hidden_again",     "steps", "steps.hidden",   "\x80\x04 bytes"};

std::vector<CythonTable> tables_in(const std::string& packed, const std::string& lengths) {
  // Lengths are numbers of four bytes at places that are multiples of four.
  auto data = std::string(8, '\0') + lengths;
  data += std::string(4, '\xff') + packed + '\0';
  return cython_tables(as_bytes(data));
}

class Tables : public testing::TestWithParam<std::string (*)(const std::string&)> {};

TEST_P(Tables, AreReadByTheirLengths) {
  const auto tables = tables_in(GetParam()(test::joined(texts)), test::lengths_of(texts));
  ASSERT_FALSE(tables.empty());
  EXPECT_THAT(tables[0].texts, testing::IsSupersetOf(texts));
}

TEST_P(Tables, AreJoinedIfTheLengthsAreNotFound) {
  const auto tables = tables_in(GetParam()(test::joined(texts)), "");
  ASSERT_FALSE(tables.empty());
  EXPECT_THAT(tables[0].texts, IsEmpty());
  EXPECT_THAT(tables,
              Contains(testing::Field(&CythonTable::joined, testing::HasSubstr("stepssteps.hidden"))));
}

INSTANTIATE_TEST_SUITE_P(Forms, Tables,
                         testing::Values([](const std::string& text) { return text; },
                                         [](const std::string& text) { return test::pack_zlib(text); },
                                         [](const std::string& text) {
                                           return test::pack_lzss(text, [](std::size_t n) { return n - 1; });
                                         }));

TEST(CythonTables, WhatIsNotATable) {
  EXPECT_THAT(cython_tables(as_bytes("__main__")), IsEmpty());
  EXPECT_THAT(cython_tables(as_bytes(test::pack_zlib("a page without the names of a table"))), IsEmpty());
  EXPECT_THAT(cython_tables({}), IsEmpty());
}

}  // namespace
}  // namespace lbundle
