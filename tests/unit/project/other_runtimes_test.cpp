#include "project/other_runtimes.hpp"

#include <gmock/gmock.h>

#include "project/runtime.hpp"
#include "support/expect_error.hpp"

namespace lbundle {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(OtherRuntimes, ARemovedOneSaysSinceWhenAndWhereToMove) {
  const auto refusal = refusal_of_runtime("python3.8", "raster");
  ASSERT_TRUE(refusal);
  EXPECT_THAT(refusal->cause,
              AllOf(HasSubstr("'python3.8' is no longer a runtime of AWS, since"), HasSubstr("2024-10-14")));
  EXPECT_EQ(refusal->hint, "raster must move to python3.14");
  EXPECT_EQ(refusal_of_runtime("nodejs16.x", "f")->hint, "f must move to nodejs24.x");
  EXPECT_EQ(refusal_of_runtime("go1.x", "f")->hint, "f must move to provided.al2023");
  EXPECT_THAT(refusal_of_runtime("python2.7", "f")->cause, HasSubstr("2021-07-15"));
}

TEST(OtherRuntimes, AnotherLanguageIsNamed) {
  for (const auto* name : {"java8.al2", "java21", "java25"})
    EXPECT_THAT(refusal_of_runtime(name, "f")->cause, HasSubstr("does not bundle Java")) << name;
  EXPECT_THAT(refusal_of_runtime("dotnet8", "f")->cause, HasSubstr(".NET"));
  EXPECT_THAT(refusal_of_runtime("ruby3.4", "f")->hint, HasSubstr("Python and Node.js"));
}

TEST(OtherRuntimes, OtherNamesAreNotJudged) {
  for (const auto* name : {"pyhton3.11", "python3.1", "python4.0", "jav", ""})
    EXPECT_FALSE(refusal_of_runtime(name, "f")) << name;
}

TEST(OtherRuntimes, OursAreRight) {
  for (const auto& entry : other_runtimes()) {
    SCOPED_TRACE(entry.names.front());
    EXPECT_NE(entry.since.empty(), entry.language.empty());
    EXPECT_EQ(entry.since.empty(), entry.move_to.empty());
    if (!entry.move_to.empty()) {
      EXPECT_NE(find_runtime(entry.move_to), nullptr) << entry.move_to;
    }
  }
  for (const auto& runtime : known_runtimes()) EXPECT_FALSE(refusal_of_runtime(runtime.name, "f"));
}

TEST(OtherRuntimes, MistakesAreShownWithTheirPlace) {
  const auto complaint = [](const std::string& text) {
    const auto error = error_of([&] { parse_other_runtimes("o.toml", text); });
    return error ? std::string(error->what()) + error->detail() : std::string();
  };
  EXPECT_THAT(complaint("[[removed]]\nnames = ['a']\nsince = '2024'\nmove_to = 'b'\n"),
              AllOf(HasSubstr("it is not a date"), HasSubstr("o.toml:3:9")));
  EXPECT_THAT(complaint("[[removed]]\nnames = ['a']\nsince = '2024-01-01'\n"),
              HasSubstr("'move_to' is missing"));
  EXPECT_THAT(complaint("[[foreign]]\nnames = []\nlanguage = 'C'\n"), HasSubstr("names nothing"));
  EXPECT_THAT(complaint("[[foreign]]\nnames = ['a']\nlanguage = 'C'\n"), HasSubstr("no [[source]]"));
}

}  // namespace
}  // namespace lbundle
