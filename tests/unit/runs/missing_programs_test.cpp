// A program that a failed event looked for in PATH is a possible cause only if the event's message names it.
#include "runs/missing_programs.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lbundle {
namespace {

using testing::HasSubstr;
using testing::Not;

class MissingPrograms : public testing::Test {
 protected:
  void add(AccessKind kind, const std::string& path) { log_.accesses.insert({path, kind, "a", 1}); }

  std::string detail_for(const std::string& message) const {
    Answer answer;
    answer.error_message = message;
    const Error error = Error("trace", "event a", "it fails", "correct it").with_detail("a traceback");
    return std::string(with_missing_programs(error, log_, answer, *find_runtime("python3.12")).detail());
  }

  AccessLog log_;
};

TEST_F(MissingPrograms, TheMessageNamesTheProgram) {
  add(AccessKind::missing, "/usr/bin/convert");
  EXPECT_THAT(detail_for("convert is needed"), HasSubstr("a traceback\na possible cause: python3.12 has no "
                                                         "program 'convert'"));
}

TEST_F(MissingPrograms, AnotherWordIsNotTheProgram) {
  add(AccessKind::missing, "/usr/bin/gcc");
  EXPECT_THAT(detail_for("no such mount: gcc_s"), Not(HasSubstr("a possible cause")));
  EXPECT_THAT(detail_for("no such file"), Not(HasSubstr("a possible cause")));
}

TEST_F(MissingPrograms, AProgramThatAnotherFolderHasIsNotMissing) {
  add(AccessKind::missing, "/usr/local/bin/convert");
  add(AccessKind::executed, "/usr/bin/convert");
  EXPECT_THAT(detail_for("convert failed"), Not(HasSubstr("a possible cause")));
}

TEST_F(MissingPrograms, AFileOutsideOfBinIsNoProgram) {
  add(AccessKind::missing, "/var/task/convert");
  EXPECT_THAT(detail_for("convert is needed"), Not(HasSubstr("a possible cause")));
}

}  // namespace
}  // namespace lbundle
