#include "os/isolated.hpp"

#include <csignal>
#include <ctime>
#include <stdexcept>

#include <gmock/gmock.h>

namespace lbundle {
namespace {

constexpr IsolatedLimits limits{std::chrono::seconds(10), 100'000'000};

TEST(RunIsolated, ReturnsTheTextAndChangesNothingHere) {
  int count = 0;
  const std::string large(1'000'000, 'x');
  const auto end = run_isolated([&] { return std::to_string(++count) + large; }, limits);
  EXPECT_EQ(end.text, "1" + large);
  EXPECT_EQ(end.fault, "");
  EXPECT_EQ(count, 0);
}

TEST(RunIsolated, SurvivesACrashAndSaysWhich) {
  const auto end = run_isolated(
      []() -> std::string {
        std::signal(SIGSEGV, SIG_DFL);
        raise(SIGSEGV);
        return "unreached";
      },
      limits);
  EXPECT_EQ(end.text, "");
  EXPECT_THAT(end.fault, testing::HasSubstr("signal 11"));
}

TEST(RunIsolated, PassesOnWhatTheWorkThrows) {
  const auto end = run_isolated([]() -> std::string { throw std::runtime_error("no such table"); }, limits);
  EXPECT_EQ(end.fault, "no such table");
}

TEST(RunIsolated, EndsWorkThatTakesTooLong) {
  const auto end = run_isolated(
      []() -> std::string {
        while (std::clock() >= 0) {
        }
        return "unreached";
      },
      {std::chrono::seconds(1), 100'000'000});
  EXPECT_THAT(end.fault, testing::HasSubstr("signal 24"));  // SIGXCPU
}

}  // namespace
}  // namespace lbundle
