#include "project/runtime.hpp"

#include <gmock/gmock.h>

#include "support/expect_error.hpp"

namespace lbundle {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

Runtime parsed(const std::string& more) {
  return parse_runtime(
      "rules/runtimes/a.toml",
      "language = 'python'\nos = 'x'\nglibc = '2.26'\n" + more +
          "\n[[source]]\nof = ['os', 'glibc', 'deprecated', 'symbol_versions', 'x86_64_level', "
          "'preinstalled']\ntext = 't'\ndate = '2026-11'\n");
}

TEST(Runtime, EachKnownOneSaysWhatTheChecksAsk) {
  for (const Runtime& runtime : known_runtimes()) {
    SCOPED_TRACE(runtime.name);
    EXPECT_EQ(runtime.glibc, runtime.os == "Amazon Linux 2" ? "2.26" : "2.34");
    for (const auto* series : {"GLIBC", "GLIBCXX", "CXXABI", "GCC"})
      EXPECT_TRUE(runtime.symbol_versions.contains(series)) << series;
    EXPECT_THAT(runtime.provided_libraries, Contains("libc.so.6"));
    // It is in the images, and mostly not in what zips run in.
    if (runtime.name != "python3.11") {
      EXPECT_THAT(runtime.provided_libraries, Not(Contains("libexpat.so.1")));
    }
    EXPECT_LT(runtime.deprecated, runtime.create_blocked);
    EXPECT_LT(runtime.create_blocked, runtime.update_blocked);
    EXPECT_EQ(runtime.preinstalled.contains("boto3"), runtime.language == Language::python);
    EXPECT_EQ(runtime.version.empty(), runtime.language == Language::provided);
  }
}

TEST(Runtime, EveryOneThatIsPromisedIsThere) {
  for (const auto* name :
       {"python3.9", "python3.10", "python3.11", "python3.12", "python3.13", "python3.14", "nodejs18.x",
        "nodejs20.x", "nodejs22.x", "nodejs24.x", "provided.al2", "provided.al2023"}) {
    EXPECT_NE(find_runtime(name), nullptr) << name;
  }
}

TEST(Runtime, TablesAndDates) {
  const auto runtime = parsed(
      "deprecated = '2026-10-31'\nsymbol_versions = { GLIBCXX = '3.4.24' }\nx86_64_level = 3\n"
      "preinstalled = { boto3 = '1.2', six = '' }\n");
  EXPECT_EQ(runtime.symbol_versions,
            (std::map<std::string, std::string>{{"GLIBC", "2.26"}, {"GLIBCXX", "3.4.24"}}));
  EXPECT_EQ(runtime.x86_64_level, 3U);
  EXPECT_EQ(runtime.preinstalled, (std::map<std::string, std::string>{{"boto3", "1.2"}, {"six", ""}}));
}

TEST(Runtime, MistakesAreShownWithTheirPlace) {
  const auto complaint = [](const std::string& more) {
    const auto error = error_of([&] { parsed(more); });
    return error ? std::string(error->what()) + error->detail() : std::string();
  };
  EXPECT_THAT(complaint("deprecated = '31.10.2026'"), HasSubstr("no date"));
  EXPECT_THAT(complaint("deprecated = '31.10.2026'"), HasSubstr("a.toml:4:14"));
  EXPECT_THAT(complaint("symbol_versions = { GLIBCXX = 3 }"), HasSubstr("must be a text"));
  EXPECT_THAT(complaint("x86_64_level = 5"), HasSubstr("x86_64_level"));
}

}  // namespace
}  // namespace lbundle
