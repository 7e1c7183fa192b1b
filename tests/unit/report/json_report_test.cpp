#include "report/json_report.hpp"

#include <gmock/gmock.h>

#include "golden.hpp"
#include "json/json.hpp"
#include "sample.hpp"

namespace lbundle {
namespace {

TEST(BuildJson, Golden) {
  expect_golden("build.json", build_json(sample_report()));
}

TEST(BuildJson, CountsTheModulesThatWereImportedByThemselves) {
  auto report = sample_report();
  EXPECT_FALSE(parse_json(build_json(report), "report").contains("imports"));
  report.imports = ImportsReport{61, 3, 1};
  const auto json = parse_json(build_json(report), "report")["imports"];
  EXPECT_EQ(json["checked"], 61);
  EXPECT_EQ(json["failing_in_both"], 3);
  EXPECT_EQ(json["failing_in_bundle"], 1);
  EXPECT_EQ(
      imports_text(*report.imports),
      "61 Python modules imported by themselves, 3 fail in the unshrunk tree too, 1 only in the bundle");
}

// Scripts rely on these keys. The spelling is the contract's.
TEST(BuildJson, HasTheKeysOfTheContract) {
  const auto json = parse_json(build_json(sample_report()), "report");
  for (const char* key :
       {"schema", "function", "runtime", "architecture", "backend", "zip", "zipped", "unzipped", "files",
        "seconds", "stages", "events", "cold_start", "limits", "findings"}) {
    EXPECT_TRUE(json.contains(key)) << key;
  }
  EXPECT_EQ(json["schema"], 1);
  for (const char* key : {"name", "files", "unzipped", "seconds"})
    EXPECT_TRUE(json["stages"][0].contains(key)) << key;
  for (const char* key : {"name", "match", "staged_seconds", "bundle_seconds"}) {
    EXPECT_TRUE(json["events"][0].contains(key)) << key;
  }
  for (const char* key : {"staged_seconds", "bundle_seconds"})
    EXPECT_TRUE(json["cold_start"].contains(key)) << key;
  for (const char* key : {"zipped", "unzipped", "layers_unzipped"})
    EXPECT_TRUE(json["limits"].contains(key)) << key;
  for (const char* key : {"severity", "code", "path", "message", "hint"}) {
    EXPECT_TRUE(json["findings"][0].contains(key)) << key;
  }
  EXPECT_EQ(json["limits"]["zipped"], 52'428'800);
  EXPECT_EQ(json["limits"]["unzipped"], 262'144'000);
}

TEST(BuildJson, SurvivesNamesThatAreNotUtf8) {
  auto report = sample_report();
  report.findings[0].path = "caf\xe9";
  EXPECT_THAT(build_json(report), testing::HasSubstr("caf\xef\xbf\xbd"));
}

TEST(CheckJson, Headroom) {
  ZipReport check;
  check.zipped = ByteSize(60'000'000);
  const auto json = parse_json(check_json(check), "check");
  EXPECT_EQ(json["headroom"]["zipped"], 52'428'800 - 60'000'000);
  EXPECT_EQ(json["headroom"]["unzipped"], 262'144'000);
}

TEST(VerifyJson, MatchIsThatOfAllEvents) {
  ZipReport verify;
  verify.events = sample_report().events;
  EXPECT_EQ(parse_json(verify_json(verify), "verify")["match"], false);
  verify.events.pop_back();
  EXPECT_EQ(parse_json(verify_json(verify), "verify")["match"], true);
}

TEST(WhyJson, Golden) {
  expect_golden("why.json",
                why_json(explain(SampleBuild().manifest(), "PIL/_imaging.cpython-311-x86_64-linux-gnu.so")));
}

}  // namespace
}  // namespace lbundle
