#include "project/runtime.hpp"

#include <chrono>

#include <gmock/gmock.h>

#include "model/text.hpp"
#include "project/tool_pins.hpp"
#include "support/expect_error.hpp"

namespace lbundle {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Runtime parsed_runtime(const std::string& more) {
  return parse_runtime(
      "rules/runtimes/a.toml",
      "language = 'python'\nos = 'x'\nglibc = '2.26'\n" + more +
          "\n[[source]]\nof = ['os', 'glibc', 'deprecated', 'symbol_versions', 'x86_64_level', "
          "'preinstalled']\ntext = 't'\ndate = '2026-11'\n");
}

TEST(Runtime, EachHasTheFactsThatTheChecksNeed) {
  for (const Runtime& runtime : known_runtimes()) {
    SCOPED_TRACE(runtime.name);
    EXPECT_EQ(runtime.glibc, runtime.os == "Amazon Linux 2" ? "2.26" : "2.34");
    for (const auto* series : {"GLIBC", "GLIBCXX", "CXXABI", "GCC"})
      EXPECT_TRUE(runtime.symbol_versions.contains(series)) << series;
    EXPECT_THAT(runtime.provided_libraries, Contains("libc.so.6"));
    // The images have it, but most environments that run zips do not.
    if (runtime.name != "python3.11") {
      EXPECT_THAT(runtime.provided_libraries, Not(Contains("libexpat.so.1")));
    }
    // A runtime whose end is not announced has no dates.
    EXPECT_EQ(runtime.deprecated.empty(), runtime.create_blocked.empty());
    EXPECT_EQ(runtime.deprecated.empty(), runtime.update_blocked.empty());
    if (!runtime.deprecated.empty()) {
      EXPECT_LT(runtime.deprecated, runtime.create_blocked);
      EXPECT_LT(runtime.create_blocked, runtime.update_blocked);
    }
    EXPECT_EQ(runtime.preinstalled.contains("boto3"), runtime.language == Language::python);
    EXPECT_EQ(runtime.version.empty(), runtime.language == Language::provided);
  }
}

TEST(Runtime, EachOfNodeJsHasItsNodeJsAndItsClient) {
  for (const Runtime& runtime : known_runtimes()) {
    SCOPED_TRACE(runtime.name);
    if (runtime.language != Language::nodejs) {
      EXPECT_EQ(runtime.client, "");
      continue;
    }
    EXPECT_FALSE(tool_pins("node" + runtime.version).program.empty());
    EXPECT_EQ(tool_pins(runtime.client).registry, ToolRegistry::npm);
  }
  EXPECT_EQ(find_runtime("nodejs22.x")->client, "aws-lambda-ric-3");
  EXPECT_EQ(find_runtime("nodejs26.x")->client, "aws-lambda-ric-4");
}

TEST(Runtime, GlibcIsProvidedWithAllOfItsLibraries) {
  for (const Runtime& runtime : known_runtimes()) {
    SCOPED_TRACE(runtime.name);
    EXPECT_THAT(runtime.provided_libraries, Contains("libmvec.so.1"));
    for (const auto* library : {"libanl.so.1", "libBrokenLocale.so.1", "libnss_compat.so.2",
                                "libnss_dns.so.2", "libnss_files.so.2", "libthread_db.so.1"})
      EXPECT_THAT(runtime.provided_libraries, Contains(library));
    // They are in packages of their own, which a runtime need not have.
    for (const auto* other :
         {"libcrypt.so.1", "libcrypt.so.2", "libnsl.so.1", "libssl.so.3", "libcrypto.so.3"})
      EXPECT_THAT(runtime.provided_libraries, Not(Contains(other)));
  }
}

TEST(Runtime, EachHasBashAndThoseWithoutALanguageHaveWhatScriptsUse) {
  for (const Runtime& runtime : known_runtimes()) {
    SCOPED_TRACE(runtime.name);
    EXPECT_THAT(runtime.provided_programs, Contains("bash"));
    if (runtime.language != Language::provided) continue;
    for (const auto* program : {"cat", "cut", "mktemp", "tr", "sort", "grep", "sed", "awk", "curl"})
      EXPECT_THAT(runtime.provided_programs, Contains(program));
    for (const auto* other : {"python3", "perl", "jq", "tar", "unzip"})
      EXPECT_THAT(runtime.provided_programs, Not(Contains(other)));
  }
}

// Returns the runtimes that AWS no longer supports and whose next dates nobody has looked up.
std::vector<std::string> to_be_looked_up(const std::vector<Runtime>& runtimes, const std::string& today) {
  std::vector<std::string> names;
  for (const Runtime& runtime : runtimes) {
    const bool is_over = !runtime.deprecated.empty() && runtime.deprecated <= today;
    if (is_over && runtime.update_blocked.empty()) names.push_back(runtime.name);
  }
  return names;
}

TEST(Runtime, ADayThatHasPassedAsksForTheNext) {
  auto runtime = parsed_runtime("deprecated = '2026-10-31'");
  EXPECT_THAT(to_be_looked_up({runtime}, "2026-10-30"), IsEmpty());
  EXPECT_THAT(to_be_looked_up({runtime}, "2026-10-31"), ElementsAre("a"));
  runtime.update_blocked = "2027-08-31";
  EXPECT_THAT(to_be_looked_up({runtime}, "2026-10-31"), IsEmpty());
  EXPECT_THAT(to_be_looked_up({parsed_runtime("")}, "2026-10-31"), IsEmpty());
}

// If this fails, read AWS's page of Lambda runtimes again, and update rules/runtimes.
TEST(Runtime, OursAreLookedUpInTime) {
  using namespace std::chrono;
  const year_month_day day(floor<days>(system_clock::now()));
  const auto today = format("{:04}-{:02}-{:02}", static_cast<int>(day.year()),
                            static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
  EXPECT_THAT(to_be_looked_up(known_runtimes(), today), IsEmpty());
}

TEST(Runtime, EveryPromisedRuntimeIsThere) {
  for (const auto* name : {"python3.9", "python3.10", "python3.11", "python3.12", "python3.13", "python3.14",
                           "python3.15", "nodejs18.x", "nodejs20.x", "nodejs22.x", "nodejs24.x", "nodejs26.x",
                           "provided.al2", "provided.al2023"}) {
    EXPECT_NE(find_runtime(name), nullptr) << name;
  }
}

TEST(Runtime, TablesAndDates) {
  const auto runtime = parsed_runtime(
      "deprecated = '2026-10-31'\nsymbol_versions = { GLIBCXX = '3.4.24' }\nx86_64_level = 3\n"
      "preinstalled = { boto3 = '1.2', six = '' }\n");
  EXPECT_EQ(runtime.symbol_versions,
            (std::map<std::string, std::string>{{"GLIBC", "2.26"}, {"GLIBCXX", "3.4.24"}}));
  EXPECT_EQ(runtime.x86_64_level, 3U);
  EXPECT_EQ(runtime.preinstalled, (std::map<std::string, std::string>{{"boto3", "1.2"}, {"six", ""}}));
}

TEST(Runtime, MistakesAreShownWithTheirPlace) {
  const auto complaint = [](const std::string& more) {
    const auto error = error_of([&] { parsed_runtime(more); });
    return error ? std::string(error->what()) + error->detail() : std::string();
  };
  EXPECT_THAT(complaint("deprecated = '31.10.2026'"), HasSubstr("it is not a date"));
  EXPECT_THAT(complaint("deprecated = '31.10.2026'"), HasSubstr("a.toml:4:14"));
  EXPECT_THAT(complaint("symbol_versions = { GLIBCXX = 3 }"), HasSubstr("must be a string"));
  EXPECT_THAT(complaint("x86_64_level = 5"), HasSubstr("x86_64_level"));
}

}  // namespace
}  // namespace lbundle
