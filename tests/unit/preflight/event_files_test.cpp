#include "preflight/event_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "os/atomic_file.hpp"
#include "os/temp_dir.hpp"

namespace lbundle {
namespace {

using testing::HasSubstr;

TEST(FaultOfEvent, ShowsTheLineAndTheColumn) {
  const auto fault = fault_of_event("events/a.json", "{\n  \"a\": 1,\n  \"b\" 2\n}\n");
  ASSERT_TRUE(fault);
  EXPECT_STREQ(fault->what(), "cannot read 'events/a.json': line 3, column 7: not valid JSON");
  EXPECT_EQ(fault->detail(), "    \"b\" 2\n        ^\n");
  EXPECT_THAT(fault->hint(), HasSubstr("Lambda accepts only JSON"));
  EXPECT_EQ(fault->status(), ExitStatus::could_not);
}

TEST(FaultOfEvent, ShowsAPartOfALongLine) {
  const auto fault = fault_of_event("a.json", "[\"" + std::string(5000, '1') + "\" x]");
  ASSERT_TRUE(fault);
  EXPECT_THAT(fault->what(), HasSubstr("line 1, column 5005"));
  EXPECT_LT(fault->detail().size(), 200U);
  EXPECT_THAT(fault->detail(), HasSubstr("11\" x]\n"));
}

TEST(FaultOfEvent, SaysWhatTheFileIsInstead) {
  EXPECT_THAT(fault_of_event("a.json", "")->hint(), HasSubstr("`{}` is the smallest one"));
  EXPECT_THAT(fault_of_event("a.json", "\xef\xbb\xbf{}")->hint(), HasSubstr("byte order mark"));
  EXPECT_THAT(fault_of_event("a.json", "\xff\xfe{")->hint(), HasSubstr("UTF-16"));
  EXPECT_FALSE(fault_of_event("a.json", "{}\n"));
}

TEST(FaultOfEvents, NamesTheFileByItsPath) {
  const TempDir folder(temporary_folder(), "lbundle-test");
  write_file(folder.path() / "good.json", "{}");
  write_file(folder.path() / "bad.json", "{");
  Event good;
  good.file = folder.path() / "good.json";
  Event bad;
  bad.file = folder.path() / "bad.json";
  Event gone;
  gone.file = folder.path() / "gone.json";
  EXPECT_FALSE(fault_of_events({good}, folder.path()));
  EXPECT_THAT(fault_of_events({good, bad}, folder.path())->what(),
              HasSubstr("cannot read 'bad.json': line 1"));
  EXPECT_THAT(fault_of_events({gone}, folder.path())->what(), HasSubstr("gone.json"));
}

}  // namespace
}  // namespace lbundle
