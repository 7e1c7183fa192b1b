#include "model/terminal_text.hpp"

#include <gtest/gtest.h>

namespace lbundle {
namespace {

TEST(TerminalText, ControlsAreShownAndLinesStay) {
  EXPECT_EQ(terminal_text("a\tb\nc"), "a\tb\nc");
  EXPECT_EQ(terminal_text("\x1b[2J\x07\r\x7f"), "\\x1b[2J\\x07\\x0d\\x7f");
  EXPECT_EQ(terminal_text("\xc2\x9b"), "\\xc2\\x9b") << "C1, which some terminals obey";
  EXPECT_EQ(terminal_text("\xff é"), "\\xff é");
  EXPECT_EQ(printable("a\nb"), "a\\x0ab");
}

TEST(TerminalText, LongLinesLoseTheirMiddle) {
  EXPECT_EQ(printable_lines("a\x1b[2J\n\tb\n"), "a\\x1b[2J\n\tb\n");
  EXPECT_EQ(printable_lines(""), "");
  const auto shown = printable_lines("start" + std::string(100'000, 'x') + "end\nnext");
  EXPECT_LT(shown.size(), 2100U);
  EXPECT_TRUE(shown.starts_with("start"));
  EXPECT_NE(shown.find("end\nnext"), std::string::npos);
}

}  // namespace
}  // namespace lbundle
