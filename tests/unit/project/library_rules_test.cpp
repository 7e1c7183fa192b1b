#include "project/library_rules.hpp"

#include <gmock/gmock.h>

namespace lbundle {
namespace {

using testing::ElementsAre;

TEST(LibraryRules, OwnRulesAreRead) {
  EXPECT_TRUE(codec_libraries().contains("libwebp"));
  const auto& own = private_libraries();
  ASSERT_FALSE(own.empty());
  EXPECT_TRUE(is_one_of(own.front().libraries, "libopenblas64_p-r0"));
  EXPECT_EQ(own.front().stands_for.at("gotoblas_NEHALEM"), "gotoblas_PRESCOTT");
}

TEST(LibraryRules, PrivateLibrariesAsWritten) {
  const auto read =
      parse_private_libraries("l.toml",
                              "[[private]]\nlibraries = ['libone*']\nlooked_up = ['one_get_*']\n"
                              "reason = 'r'\n[private.stands_for]\ntable_a = 'table_b'\n");
  ASSERT_EQ(read.size(), 1U);
  EXPECT_THAT(read[0].libraries, ElementsAre("libone*"));
  EXPECT_THAT(read[0].looked_up, ElementsAre("one_get_*"));
  EXPECT_EQ(read[0].stands_for.at("table_a"), "table_b");
  EXPECT_ANY_THROW(parse_private_libraries("l.toml", "[[private]]\nlibraries = ['libone']\n"));
  EXPECT_ANY_THROW(parse_private_libraries(
      "l.toml", "[[private]]\nlibraries = ['l']\nreason = 'r'\n[private.stands_for]\na = 1\n"));
}

TEST(LibraryRules, NamesEndInAStarOrAreWhole) {
  EXPECT_TRUE(is_one_of({"libone*"}, "libone"));
  EXPECT_TRUE(is_one_of({"libtwo", "libone*"}, "libone64_"));
  EXPECT_FALSE(is_one_of({"libone"}, "libone64_"));
  EXPECT_FALSE(is_one_of({}, "libone"));
}

}  // namespace
}  // namespace lbundle
