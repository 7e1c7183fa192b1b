#include "zip/wrong_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lbundle::zip {
namespace {

using testing::HasSubstr;

std::string what(std::string_view beginning) {
  const auto error = not_a_zip("f.zip", as_bytes(beginning));
  EXPECT_NE(error.hint(), "") << beginning;
  return error.what();
}

TEST(WrongFile, IsNamedByItsFirstBytes) {
  using namespace std::string_view_literals;
  EXPECT_THAT(what(""), HasSubstr("it is empty"));
  EXPECT_THAT(what("PK\3\4\24"sv), HasSubstr("cut short"));
  EXPECT_THAT(what("UEsDBBQAAAA"), HasSubstr("base64"));
  EXPECT_THAT(what("\x1f\x8b\x08"sv), HasSubstr("gzip"));
  EXPECT_THAT(what("\n <!DOCTYPE html>"), HasSubstr("HTML"));
  EXPECT_THAT(what("<?xml version"), HasSubstr("XML"));
  EXPECT_THAT(what("{\"message\":"), HasSubstr("JSON"));
  EXPECT_THAT(what("version https://git-lfs.github.com/spec/v1"), HasSubstr("Git LFS"));
  EXPECT_THAT(what("\xff\xfeP\0K\0"sv), HasSubstr("PowerShell"));
  EXPECT_THAT(what("\"UEsDBBQAAAA"), HasSubstr("in quotes"));
  EXPECT_THAT(what("{\"ZipFile\": \"UEsDBBQAAAA"), HasSubstr("JSON that holds a zip in base64"));
  EXPECT_THAT(what("<!-- a --> <!-- b --><html>"), HasSubstr("HTML"));
  EXPECT_THAT(what("only words"), HasSubstr("it is text"));
  EXPECT_THAT(what(std::string(257, '\1') + "ustar"), HasSubstr("tar"));
  EXPECT_THAT(what("\1\2\3\4"), HasSubstr("not a zip, or is cut short"));
}

TEST(WrongFile, BytesAroundAZipAreCounted) {
  EXPECT_THAT(bytes_behind("f.zip", 1).what(), HasSubstr("1 byte follows"));
  EXPECT_THAT(bytes_behind("f.zip", 2).hint(), HasSubstr("truncate -s -2"));
  EXPECT_THAT(bytes_in_front("f.zip", 23).hint(), HasSubstr("tail -c +24"));
  EXPECT_THAT(bytes_missing("f.zip", 1).what(), HasSubstr("1 byte less"));
}

}  // namespace
}  // namespace lbundle::zip
