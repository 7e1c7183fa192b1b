#include "repair/repair.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "repair/repair_record.hpp"

namespace lbundle {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Repair repair_of(std::size_t files, const std::string& folder = "") {
  Repair repair;
  for (std::size_t i = 0; i < files; ++i)
    repair.kept.emplace(BundlePath(folder + "f" + std::to_string(i)),
                        RepairedFile{"event a", "no event used it"});
  return repair;
}

TEST(RepairFindings, NoneForAnEmptyRepair) {
  EXPECT_THAT(repair_findings({}, false), IsEmpty());
}

TEST(RepairFindings, FilesWithTheSameCauseAreOneFinding) {
  auto repair = repair_of(3);
  repair.kept.emplace(BundlePath("other"), RepairedFile{"event b", "no event used it"});
  const auto findings = repair_findings(repair, false);
  ASSERT_THAT(findings, SizeIs(2));
  EXPECT_EQ(findings[0].code, "repaired");
  EXPECT_EQ(findings[0].severity, Severity::warning);
  EXPECT_EQ(findings[0].path, "f0");
  EXPECT_THAT(findings[0].message, AllOf(HasSubstr("event a failed without it"), HasSubstr("and 2 more"),
                                         HasSubstr("no event used it")));
  EXPECT_THAT(findings[0].hint, HasSubstr("under [prune]: keep = [\"f0\", \"f1\", \"f2\"]"));
  EXPECT_THAT(findings[1].hint, HasSubstr("keep = [\"other\"]"));
}

TEST(RepairFindings, ManyFilesAreNamedByTheirFolders) {
  EXPECT_THAT(repair_findings(repair_of(20, "deep/er/"), false)[0].hint, HasSubstr("keep = [\"deep/er/*\"]"));
  auto many = repair_of(2, "deep/0/");
  for (int i = 1; i < 9; ++i) many.kept.merge(repair_of(2, "deep/" + std::to_string(i) + "/").kept);
  EXPECT_THAT(repair_findings(many, false)[0].hint, HasSubstr("keep = [\"deep/**\"]"));
}

TEST(RepairFindings, AGlobOfAPathMatchesOnlyThatPath) {
  Repair repair;
  repair.untouched.emplace(BundlePath("a[1]*.so"), RepairedFile{"event a", "same bytes as b"});
  EXPECT_THAT(repair_findings(repair, false)[0].hint,
              HasSubstr(R"(under [shrink]: untouched = ["a\\[1]\\*.so"])"));
}

TEST(RepairFindings, TheSourcesOfAFolderAreNamedByIt) {
  Repair repair;
  for (const char* name : {"a", "b", "c", "d", "e", "f", "g"})
    repair.untouched.emplace(BundlePath("p/plug/" + std::string(name) + ".py"),
                             RepairedFile{"event a", "its bytecode is imported instead"});
  EXPECT_THAT(repair_findings(repair, false)[0].hint,
              HasSubstr("under [shrink]: untouched = [\"p/plug/*.py\"]"));
}

TEST(RepairFindings, AFailedSearchIsReported) {
  const auto findings = repair_findings({}, true);
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_EQ(findings[0].code, "not-repaired");
}

TEST(RepairRecord, ComesBackAsItWas) {
  auto repair = repair_of(2);
  repair.untouched.emplace(BundlePath("\xff\xfe"), RepairedFile{"events a and b", "same bytes as x"});
  const auto back = repair_from_record(to_record(repair));
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(*back, repair);
}

TEST(RepairRecord, OtherTextsAreNotRecords) {
  for (const char* text : {"", "{}", "[1]", R"({"kept": [["!", "", ""]], "untouched": []})",
                           R"({"kept": [["Li4=", "", ""]], "untouched": []})"})
    EXPECT_EQ(repair_from_record(text), std::nullopt) << text;
}

}  // namespace
}  // namespace lbundle
