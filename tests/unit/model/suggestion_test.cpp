#include "model/suggestion.hpp"

#include <array>

#include <gtest/gtest.h>

namespace lbundle {
namespace {

TEST(Suggestion, CountsEdits) {
  EXPECT_EQ(spelling_distance("", ""), 0U);
  EXPECT_EQ(spelling_distance("handler", "handler"), 0U);
  EXPECT_EQ(spelling_distance("handlr", "handler"), 1U);
  EXPECT_EQ(spelling_distance("handelr", "handler"), 1U);  // neighbours swapped
  EXPECT_EQ(spelling_distance("Handler", "handler"), 0U);
  EXPECT_EQ(spelling_distance("", "abc"), 3U);
  EXPECT_EQ(spelling_distance("ca", "abc"), 3U);  // the restricted form: no letter is edited twice
}

TEST(Suggestion, FindsTheNameThatWasMeant) {
  static constexpr std::array<std::string_view, 4> known = {"handler", "runtime", "name", "architecture"};
  EXPECT_EQ(nearest_name("hadnler", known), "handler");
  EXPECT_EQ(nearest_name("arch", known), "");
  EXPECT_EQ(nearest_name("nmae", known), "name");
  EXPECT_EQ(nearest_name("zzzz", known), "");
}

}  // namespace
}  // namespace lbundle
