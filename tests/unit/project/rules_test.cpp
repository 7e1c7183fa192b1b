#include "project/rules.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "project/runtime.hpp"
#include "support/expect_error.hpp"

namespace lbundle {
namespace {

using testing::HasSubstr;

TEST(Rules, ReadsEveryAction) {
  const auto rules = parse_rules("rules/packages/x.toml", R"(distribution = "x"
versions = ">=2"
[[keep]]
files = ["x/**"]
reason = "r1"
[[drop]]
files = "x/tests/**"
reason = "r2"
source = "s"
[[with]]
files = ["y/a"]
when = ["x/b", "x/c"]
reason = "r3"
[[family]]
files = ["x/f*"]
reason = "r4"
[[environment]]
variable = "X_DATA"
reason = "r5"
[[mentioned]]
names = ["x.load", "fast"]
files = "x/fast.so"
reason = "r7"
[[called]]
calls = ["load", "client"]
files = "x/{name}/{name}.json"
reason = "r6"
)");
  ASSERT_EQ(rules.size(), 7U);
  EXPECT_EQ(rules[0].action, RuleAction::keep);
  EXPECT_EQ(to_text(rules[0].location), "rules/packages/x.toml:3");
  EXPECT_EQ(rules[1].files.at(0).pattern(), "x/tests/**");
  EXPECT_EQ(rules[2].when.size(), 2U);
  EXPECT_EQ(rules[4].variable, "X_DATA");
  EXPECT_EQ(rules[5].names, (std::vector<std::string>{"x.load", "fast"}));
  EXPECT_EQ(rules[5].files.at(0).pattern(), "x/fast.so");
  EXPECT_EQ(rules[6].calls, (std::vector<std::string>{"load", "client"}));
  EXPECT_EQ(rules[6].files_of("s3").at(0).pattern(), "x/s3/s3.json");
  EXPECT_TRUE(rules[6].files_of("*").empty());
  EXPECT_TRUE(rules[6].files_of("a/b").empty());
  EXPECT_TRUE(rules[6].files_of(".").empty());
  EXPECT_TRUE(rules[6].files_of("..").empty());
}

TEST(Rules, InsideAPackageAndModules) {
  const auto rules =
      parse_rules("f",
                  "[[drop]]\nfiles = ['{package}/**/docs/**', 'a/*.md']\nreason = 'r'\n"
                  "[[called]]\ncalls = 'set'\nfirst = 'view engine'\nmodules = '{name}/x'\nreason = 'r'\n");
  EXPECT_EQ(rules.at(0).inside.at(0).pattern(), "**/docs/**");
  EXPECT_EQ(rules[0].files.at(0).pattern(), "a/*.md");
  EXPECT_EQ(rules.at(1).first, std::vector<std::string>{"view engine"});
  EXPECT_EQ(rules[1].modules_of("ejs"), std::vector<std::string>{"ejs/x"});
}

TEST(Rules, ApplyOnlyToTheirDistributionAndVersion) {
  const auto rule =
      parse_rules("f", "distribution = 'x'\nversions = '>=2'\n[[keep]]\nfiles = 'a'\nreason = 'r'\n").at(0);
  EXPECT_TRUE(rule.applies_to({{{"x", "2.0"}}, {}}));
  EXPECT_FALSE(rule.applies_to({{{"x", "1.9"}}, {}}));
  EXPECT_FALSE(rule.applies_to({{{"y", "2.0"}}, {}}));
}

TEST(Rules, ShowMistakesInPlace) {
  const auto what = [](const std::string& text) { return error_of([&] { parse_rules("r.toml", text); }); };
  EXPECT_THAT(what("[[kep]]\n")->what(), HasSubstr("unknown key 'kep'"));
  EXPECT_EQ(what("[[kep]]\n")->hint(), "did you mean 'keep'?");
  EXPECT_THAT(what("[[keep]]\nfiles = 'a['\nreason = ''\n")->what(), HasSubstr("'[' has no ']'"));
  EXPECT_THAT(what("[[keep]]\nfiles = 'a'\n")->what(), HasSubstr("key 'reason' is missing"));
  EXPECT_THAT(what("[[keep]]\nreason = 'a'\n")->what(), HasSubstr("'files' names no files"));
  EXPECT_THAT(what("versions = 'new'\n")->what(), HasSubstr("not a version specifier"));
  EXPECT_THAT(what("[[called]]\ncalls = 'f'\nfiles = 'a'\nreason = ''\n")->what(),
              HasSubstr("'a' has no {name}"));
  EXPECT_THAT(what("[[called]]\ncalls = 'f'\nfiles = '{name}['\nreason = ''\n")->what(),
              HasSubstr("'[' has no ']'"));
  EXPECT_THAT(what("[[called]]\nfiles = '{name}'\nreason = ''\n")->what(),
              HasSubstr("'calls' names nothing"));
  EXPECT_THAT(what("[[called]]\ncalls = 'f'\nreason = ''\n")->what(),
              HasSubstr("neither 'files' nor 'modules'"));
  EXPECT_THAT(what("[[mentioned]]\nfiles = 'a'\nreason = ''\n")->what(), HasSubstr("'names' names nothing"));
  EXPECT_THAT(what("[[keep]]\nwhen = 'a'\n")->what(), HasSubstr("unknown key 'when'"));
}

TEST(Rules, OursAreRight) {
  EXPECT_FALSE(built_in_rules().empty());
  for (const auto& rule : built_in_rules()) EXPECT_FALSE(rule.reason.empty()) << to_text(rule.location);
}

TEST(Runtimes, OursAreRight) {
  const auto* runtime = find_runtime("python3.11");
  ASSERT_NE(runtime, nullptr);
  EXPECT_EQ(runtime->version, "3.11");
  EXPECT_EQ(runtime->glibc, "2.26");
  EXPECT_EQ(find_runtime("python3.12")->glibc, "2.34");
  EXPECT_EQ(find_runtime("python2.7"), nullptr);
  EXPECT_GE(known_runtimes().size(), 12U);
  for (const auto& each : known_runtimes()) EXPECT_FALSE(each.library_path.empty()) << each.name;
}

TEST(Runtimes, AFactNeedsASource) {
  const auto error = error_of(
      [] { parse_runtime("rules/runtimes/a.toml", "language = 'python'\nos = 'x'\nglibc = '2'\n"); });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), HasSubstr("no [[source]]"));
  EXPECT_THAT(error->detail(), HasSubstr("a.toml:2:6"));
}

}  // namespace
}  // namespace lbundle
