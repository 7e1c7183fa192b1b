#include "report/escape.hpp"

#include <gtest/gtest.h>

namespace lbundle {
namespace {

TEST(Escape, KnowsUtf8) {
  EXPECT_TRUE(is_utf8(""));
  EXPECT_TRUE(is_utf8("données/→/😀.tif"));
  EXPECT_FALSE(is_utf8("\xff"));
  EXPECT_FALSE(is_utf8("\xc0\xaf")) << "overlong";
  EXPECT_FALSE(is_utf8("\xed\xa0\x80")) << "surrogate";
  EXPECT_FALSE(is_utf8("\xf4\x90\x80\x80")) << "above U+10FFFF";
  EXPECT_FALSE(is_utf8("caf\xc3")) << "cut short";
}

TEST(Escape, LeavesNothingThatMovesTheCursor) {
  EXPECT_EQ(printable("a\x1b[2Jb\nc\x7f"), "a\\x1b[2Jb\\x0ac\\x7f");
  EXPECT_EQ(printable("\xc2\x9b"
                      "31m"),
            "\\xc2\\x9b31m")
      << "CSI in its C1 form";
  EXPECT_EQ(printable("é\xff"), "é\\xff");
}

TEST(Escape, KeepsTheLinesOfATextAndShortensThem) {
  EXPECT_EQ(printable_lines("a\x1b[2J\n\tb\n"), "a\\x1b[2J\n\tb\n");
  EXPECT_EQ(printable_lines(""), "");
  const auto shown = printable_lines("start" + std::string(100'000, 'x') + "end\nnext");
  EXPECT_LT(shown.size(), 2100U);
  EXPECT_TRUE(shown.starts_with("start"));
  EXPECT_NE(shown.find("end\nnext"), std::string::npos);
}

TEST(Escape, MakesTextOfMarkup) {
  EXPECT_EQ(html_text("<b a=\"x\" c='y'>&</b>"), "&lt;b a=&quot;x&quot; c=&#39;y&#39;&gt;&amp;&lt;/b&gt;");
}

TEST(Escape, LeavesNoTagInAScript) {
  EXPECT_EQ(script_safe_json(R"({"p":"</script><!--"})"), R"({"p":"\u003c/script>\u003c!--"})");
}

}  // namespace
}  // namespace lbundle
