#include "json_text.hpp"

#include <string>

#include <gtest/gtest.h>

namespace lbundle::tracer {
namespace {

std::string quoted(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

TEST(JsonText, AcceptsWhatIsUtf8) {
  for (const char* text :
       {"", "plain", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "\xED\x9F\xBF", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(is_utf8(text)) << text;
  }
}

TEST(JsonText, RejectsOverlongSurrogatesAndTruncated) {
  for (const char* text : {"\xC0\xAF", "\xC1\xBF", "\xE0\x80\xAF", "\xF0\x80\x80\xAF", "\xED\xA0\x80",
                           "\xED\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\x80", "\xBF", "\xC3",
                           "\xE2\x82", "\xF0\x9F\x98", "\xC3(", "\xE2(\xAC", "\xFF", "\xFE"}) {
    EXPECT_FALSE(is_utf8(text)) << quoted(text);
  }
}

TEST(JsonText, EscapesControlsQuotesAndBackslashes) {
  EXPECT_EQ(quoted("a\"b\\c\n\t\x01\x7f/"), R"("a\"b\\c\u000a\u0009\u0001\u007f/")");
  EXPECT_EQ(quoted(std::string_view("\0", 1)), R"("\u0000")");
}

TEST(JsonText, Base64HasTheVectorsOfRfc4648) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foob"), "Zm9vYg==");
  EXPECT_EQ(base64("fooba"), "Zm9vYmE=");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64("\xff\xfe\xfd"), "//79");
}

TEST(JsonText, MemberOfBytesChangesItsName) {
  std::string out;
  append_json_member(out, "path", "/tmp/\xff");
  EXPECT_EQ(out, R"("path_base64":"L3RtcC//")");
}

}  // namespace
}  // namespace lbundle::tracer
