#include "project/version_specifier.hpp"

#include <gtest/gtest.h>

namespace lbundle {
namespace {

TEST(Version, OrdersAsPep440Does) {
  const char* rising[] = {"1.0.dev1",  "1.0a1", "1.0a2", "1.0b1", "1.0rc1", "1.0",
                          "1.0.post1", "1.0.1", "1.9",   "1.10",  "2"};
  for (std::size_t i = 0; i < std::size(rising); ++i)
    for (std::size_t j = 0; j < std::size(rising); ++j)
      EXPECT_EQ(compare_versions(rising[i], rising[j]), std::weak_order(i, j))
          << rising[i] << " and " << rising[j];
  EXPECT_EQ(compare_versions("1.0", "1.0.0"), std::weak_ordering::equivalent);
  EXPECT_EQ(compare_versions("2.1+cu118", "2.1"), std::weak_ordering::equivalent);
  EXPECT_EQ(compare_versions("2.9.0.post0", "2.9"), std::weak_ordering::greater);
}

TEST(Version, Matches) {
  EXPECT_TRUE(version_matches("9.5.0", ""));
  EXPECT_TRUE(version_matches("9.5.0", ">=9,<12"));
  EXPECT_FALSE(version_matches("12.0", ">=9,<12"));
  EXPECT_TRUE(version_matches("1.26.4", "==1.26.*"));
  EXPECT_TRUE(version_matches("1.26", "==1.26.*"));
  EXPECT_FALSE(version_matches("1.27", "==1.26.*"));
  EXPECT_TRUE(version_matches("1.27", "!=1.26.*"));
  EXPECT_TRUE(version_matches("2.3", "~=2.1"));
  EXPECT_FALSE(version_matches("3.0", "~=2.1"));
  EXPECT_FALSE(version_matches("2.2.0", "~=2.1.4"));
  EXPECT_FALSE(version_matches("not a version", ">=1"));
}

TEST(Version, KnowsASpecifier) {
  EXPECT_TRUE(is_version_specifier(""));
  EXPECT_TRUE(is_version_specifier(" >= 1.2 , < 3 "));
  EXPECT_FALSE(is_version_specifier("1.2"));
  EXPECT_FALSE(is_version_specifier(">="));
  EXPECT_FALSE(is_version_specifier("~=1"));
  EXPECT_FALSE(is_version_specifier(">=1.*"));
}

}  // namespace
}  // namespace lbundle
