#include "package/budget.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/error.hpp"

namespace lbundle {
namespace {

using testing::HasSubstr;

Baseline sizes(std::uint64_t zipped, std::uint64_t unzipped, const std::string& numpy = "1.26.4") {
  return baseline_of(ByteSize(zipped), ByteSize(unzipped),
                     {{{"numpy", numpy}, 10, ByteSize(zipped - 100), ByteSize(unzipped - 100)},
                      {{"", ""}, 1, ByteSize(78), ByteSize(100)}});
}

Growth percent(double value) {
  return {true, value, {}};
}
Growth bytes(std::uint64_t value) {
  return {false, 0, ByteSize(value)};
}

TEST(Budget, IsExceededOneByteBeyondIt) {
  const auto before = sizes(10'000, 20'000);
  const Budget budget{percent(1), bytes(500)};
  EXPECT_TRUE(judge_budget(before, before, budget).empty());
  EXPECT_TRUE(judge_budget(before, sizes(9'000, 19'000), budget).empty());
  EXPECT_FALSE(has_error(judge_budget(before, sizes(10'100, 20'500), budget)));
  EXPECT_TRUE(has_error(judge_budget(before, sizes(10'101, 20'000), budget)));
  EXPECT_TRUE(has_error(judge_budget(before, sizes(10'000, 20'501), budget)));
}

TEST(Budget, WithinItIsANote) {
  const auto findings = judge_budget(sizes(10'000, 20'000), sizes(10'050, 20'000), {percent(1), {}});
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].code, "budget-noise");
  EXPECT_EQ(findings[0].severity, Severity::note);
}

TEST(Budget, WithoutABudgetNothingIsJudged) {
  EXPECT_TRUE(judge_budget(sizes(1'000, 1'000), sizes(9'000, 9'000), {}).empty());
}

TEST(Budget, NamesWhatGrewWithItsVersions) {
  auto now = sizes(20'000, 20'000, "2.2.6");
  now.packages["attrs"] = {"26.1.0", ByteSize(5), ByteSize(5)};
  const auto findings = judge_budget(sizes(10'000, 20'000), now, {percent(1), {}});
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].code, "budget-exceeded");
  EXPECT_THAT(findings[0].message, HasSubstr("9900 bytes beyond the budget of +1%"));
  EXPECT_THAT(findings[0].hint, HasSubstr("numpy 1.26.4 -> 2.2.6: +10.0 kB; attrs 26.1.0, new: +5 B"));
}

TEST(Budget, NoiseIsNeverJudged) {
  Budget budget{percent(0), {}};
  budget.noise = ByteSize(50);
  const auto findings = judge_budget(sizes(10'000, 20'000), sizes(10'050, 20'000), budget);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].code, "budget-noise");
  EXPECT_THAT(findings[0].message, HasSubstr("within the noise of 50 B"));
  EXPECT_TRUE(has_error(judge_budget(sizes(10'000, 20'000), sizes(10'051, 20'000), budget)));
}

TEST(Budget, APackageMayHaveItsOwn) {
  Budget budget;
  budget.packages = {{"NumPy", bytes(100)}};
  EXPECT_TRUE(judge_budget(sizes(10'000, 20'000), sizes(10'100, 90'000), budget).empty());
  const auto findings = judge_budget(sizes(10'000, 20'000), sizes(10'101, 20'000, "2.2.6"), budget);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].code, "package-budget-exceeded");
  EXPECT_EQ(findings[0].path, "numpy");
  EXPECT_THAT(findings[0].message, HasSubstr("1.26.4 -> 2.2.6"));
  EXPECT_THAT(findings[0].message, HasSubstr("1 bytes beyond its budget of +100 B"));
}

TEST(Baseline, ComesBackFromItsFile) {
  auto baseline = sizes(10'000, 20'000);
  baseline.reasons = {{"GDAL for the new tiles", ByteSize(10'000), ByteSize(20'000)}};
  EXPECT_EQ(parse_baseline(baseline_json(baseline), "x"), baseline);
}

TEST(Baseline, AFileThatIsNotABaselineIsAnErrorWithItsName) {
  for (const char* text : {"", "[]", "{}", R"({"schema": 2})", R"({"schema": 1, "zipped": "much"})",
                           R"({"schema": 1, "zipped": 1, "unzipped": 1, "packages": [], "reasons": 3})"}) {
    try {
      parse_baseline(text, "lbundle.baseline.json");
      ADD_FAILURE() << text;
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr("lbundle.baseline.json")) << text;
    }
  }
}

TEST(Baseline, GoesDownFreelyAndUpWithAReason) {
  const auto before = sizes(10'000, 20'000);
  EXPECT_EQ(updated_baseline(std::nullopt, before, ""), before);
  EXPECT_EQ(updated_baseline(before, sizes(9'000, 20'000), "").zipped.bytes(), 9'000u);
  EXPECT_THROW(updated_baseline(before, sizes(9'000, 20'001), ""), Error);
  const auto raised = updated_baseline(before, sizes(11'000, 20'000), "a new reader");
  ASSERT_EQ(raised.reasons.size(), 1u);
  EXPECT_EQ(raised.reasons[0].text, "a new reader");
  const auto again = updated_baseline(raised, sizes(12'000, 20'000), "another");
  EXPECT_EQ(again.reasons.size(), 2u);
}

}  // namespace
}  // namespace lbundle
