#include "python/obtain_interpreter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "os/temp_dir.hpp"
#include "support/runtimes.hpp"

namespace lbundle {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

Interpreter named(const std::string& origin) {
  Interpreter interpreter;
  interpreter.origin = origin;
  return interpreter;
}

// Makes ways to an interpreter. Each adds its name to `asked` when it is tried.
class Ways : public testing::Test {
 protected:
  InterpreterWay way(const std::string& name, bool is_known, bool can_fetch) {
    return {name,
            [this, name, is_known]() -> std::optional<Interpreter> {
              asked_.push_back(name + "?");
              return is_known ? std::optional(named(name)) : std::nullopt;
            },
            [this, name, can_fetch] {
              asked_.push_back(name);
              if (!can_fetch)
                throw Error("fetch", name, "no network").with_detail("E: unable to locate\nmore");
              return named(name);
            }};
  }

  std::vector<std::string> asked_;
  std::vector<InterpreterAttempt> attempts_;
};

TEST_F(Ways, AreTriedInTheirOrder) {
  const auto found = first_interpreter({way("uv", false, false), way("debian", false, true)}, attempts_);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->origin, "debian");
  EXPECT_THAT(asked_, ElementsAre("uv?", "debian?", "uv", "debian"));
  ASSERT_EQ(attempts_.size(), 1U);
  EXPECT_EQ(attempts_[0].name, "uv");
  EXPECT_EQ(attempts_[0].cause, "cannot fetch 'uv': no network: E: unable to locate");
}

TEST_F(Ways, EndWithTheFirstThatWorks) {
  EXPECT_EQ(first_interpreter({way("uv", false, true), way("debian", false, true)}, attempts_)->origin, "uv");
  EXPECT_THAT(asked_, ElementsAre("uv?", "debian?", "uv"));
}

TEST_F(Ways, TakeAnInterpreterThatWasFetchedBefore) {
  EXPECT_EQ(first_interpreter({way("uv", false, true), way("debian", true, true)}, attempts_)->origin,
            "debian");
  EXPECT_THAT(asked_, ElementsAre("uv?", "debian?"));
}

TEST_F(Ways, AllSayWhyTheyFailed) {
  EXPECT_FALSE(first_interpreter({way("uv", false, false), way("debian", false, false)}, attempts_));
  EXPECT_EQ(attempts_.size(), 2U);
}

TEST(InterpreterWays, AreUvsAndThoseOfDebianWhereItHasTheVersion) {
  const Store store("/nonexistent");
  std::vector<std::string> names;
  for (const auto& way : interpreter_ways("3.13", store)) names.push_back(way.name);
  EXPECT_THAT(names, ElementsAre("uv python install 3.13", "mmdebstrap, Debian trixie"));
  EXPECT_EQ(interpreter_ways("3.12", store).size(), 1U);
}

TEST(NoInterpreter, NamesWhatWasTriedAndTheWaysOut) {
  const auto error = no_interpreter("3.12", "/usr/bin/python3 is 3.11.2",
                                    {{"uv python install 3.12", "dns error"}}, true, {});
  EXPECT_THAT(error.what(),
              HasSubstr("cannot find 'python3.12': no Python 3.12 is in PATH or in a usual place; "
                        "/usr/bin/python3 is 3.11.2, and none could be fetched"));
  EXPECT_EQ(error.detail(),
            "uv python install 3.12: dns error\n"
            "Debian: no release in rules/interpreters.toml has Python 3.12\n");
  EXPECT_THAT(error.hint(), HasSubstr("uv python install 3.12"));
  EXPECT_THAT(error.hint(), Not(HasSubstr("apt-get")));
}

TEST(NoInterpreter, NamesAptIfItHasThePackage) {
  const InstallWays apt{true, false, {{"3.13", "apt-get install python3.13"}}};
  EXPECT_THAT(no_interpreter("3.13", "", {}, true, apt).hint(), HasSubstr("`apt-get install python3.13`"));
}

TEST(NoInterpreter, SaysHowToAllowAFetch) {
  const auto error = no_interpreter("3.13", "", {}, false, {});
  EXPECT_THAT(error.what(), Not(HasSubstr("fetched")));
  EXPECT_EQ(error.detail(), "");
  EXPECT_THAT(error.hint(), HasSubstr("interpreter = \"fetch\" in [stage]"));
}

TEST(ObtainInterpreter, TakesThisMachinesFirst) {
  const TempDir folder(temporary_folder(), "lbundle-test");
  const auto found =
      obtain_interpreter(python_runtime("3.11"), InterpreterChoice::fetch, Store(folder.path()));
  EXPECT_EQ(found.origin, "");
  EXPECT_EQ(found.root, "");
  EXPECT_TRUE(judge_interpreter_origin(found).empty());
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST(JudgeInterpreterOrigin, SaysWhichOneFromWhere) {
  auto fetched = named("Debian trixie");
  fetched.version = "3.13.5";
  const auto findings = judge_interpreter_origin(fetched);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].code, "interpreter-fetched");
  EXPECT_EQ(findings[0].severity, Severity::note);
  EXPECT_THAT(findings[0].message, HasSubstr("3.13.5 of Debian trixie"));
}

}  // namespace
}  // namespace lbundle
