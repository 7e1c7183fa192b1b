#include "zip/name_limits.hpp"

#include <gtest/gtest.h>

namespace lbundle::zip {
namespace {

std::vector<DirectoryLine> named(const std::vector<std::string>& names) {
  std::vector<DirectoryLine> lines;
  for (const auto& name : names) lines.emplace_back().name = name;
  return lines;
}

std::string folders(std::size_t count) {
  std::string path;
  for (std::size_t i = 0; i < count; ++i) path += "d/";
  return path;
}

TEST(NameLimits, ThePathBelowVarTaskHasAtMost4095Bytes) {
  EXPECT_EQ(length_fault(folders(2042) + "x"), nullptr);  // 10 bytes are /var/task/
  EXPECT_NE(length_fault(folders(2043) + "x"), nullptr);
  EXPECT_EQ(length_fault(std::string(255, 'n') + "/x"), nullptr);
  EXPECT_NE(length_fault("x/" + std::string(256, 'n')), nullptr);
  EXPECT_EQ(length_fault(""), nullptr);
}

TEST(NameLimits, ALongNameIsShownWithItsBeginningAndEnd) {
  EXPECT_EQ(shown_name("short"), "short");
  const auto shown = shown_name("first" + std::string(5000, 'n') + "last");
  EXPECT_TRUE(shown.starts_with("first"));
  EXPECT_NE(shown.find("last (5009 bytes)"), std::string::npos) << shown;
  EXPECT_LT(shown.size(), 200U);
}

TEST(NameLimits, FoldersAreCountedOnce) {
  std::vector<std::string> same, others;
  for (int i = 0; i < 5000; ++i) same.push_back(folders(2000) + std::to_string(i));
  for (int i = 0; i < 5; ++i) others.push_back(std::to_string(i) + "/" + folders(2000) + "x");
  EXPECT_FALSE(has_too_many_folders(named(same)));
  EXPECT_TRUE(has_too_many_folders(named(others)));
}

TEST(NameLimits, AsManyFoldersAsAZipMayHaveEntriesAreNotTooMany) {
  std::vector<std::string> names;
  for (int i = 0; i < 65'535; ++i) names.push_back(std::to_string(i) + std::string(100, 'n') + "/x");
  EXPECT_FALSE(has_too_many_folders(named(names)));
}

}  // namespace
}  // namespace lbundle::zip
