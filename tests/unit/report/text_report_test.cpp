#include "report/text_report.hpp"

#include <gmock/gmock.h>

#include "golden.hpp"
#include "sample.hpp"

namespace lbundle {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::string without_escapes(const std::string& text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\x1b') {
      i = text.find('m', i);
    } else {
      plain += text[i];
    }
  }
  return plain;
}

TEST(BuildText, Wide) {
  expect_golden("build-wide.txt", build_text(sample_report(), {100, false, true}));
}

TEST(BuildText, Narrow) {
  expect_golden("build-narrow.txt", build_text(sample_report(), {60, false, true}));
}

TEST(BuildText, Ascii) {
  expect_golden("build-ascii.txt", build_text(sample_report(), {80, false, false}));
}

TEST(BuildText, ColourAddsNothingButColour) {
  const TextStyle plain{100, false, true};
  const TextStyle coloured{100, true, true};
  const auto text = build_text(sample_report(), coloured);
  EXPECT_NE(text.find("\x1b[32m"), std::string::npos);
  EXPECT_EQ(without_escapes(text), build_text(sample_report(), plain));
}

TEST(BuildText, StaysWithinItsWidth) {
  for (const int width : {60, 80, 120}) {
    for (const auto& line : lines_of(build_text(sample_report(), {width, false, true}))) {
      EXPECT_LE(display_width(line), static_cast<std::size_t>(width)) << line;
    }
  }
}

TEST(BuildText, ShowsAnswersIfAsked) {
  const auto text = build_text(sample_report(), {100, false, true, true});
  EXPECT_THAT(text, testing::HasSubstr("      raised: ValueError: no <size>\n"));
  EXPECT_THAT(
      text, testing::HasSubstr("      answered: {\"statusCode\": 500}\n      wrote to aws s3 thumbs/<1>.png: "
                               "removed\n      wrote: no <database>\n"));
  EXPECT_THAT(lines_of(text).front(), testing::HasSubstr("1 of 2 events proves nothing"));
  EXPECT_THAT(build_text(sample_report(), {100, false, true}), testing::Not(testing::HasSubstr("answered:")));
}

TEST(BuildText, NothingIsCalledAColdStartIfNoneWasMeasured) {
  EXPECT_THAT(build_text(sample_report(), {100, false, true}),
              testing::Not(testing::HasSubstr("Cold start")));
  auto report = sample_report();
  report.cold_start->processes = 3;
  EXPECT_THAT(build_text(report, {100, false, true}), testing::HasSubstr("Cold start"));
}

TEST(BuildText, SaysWhyThereIsNoZip) {
  auto report = sample_report();
  report.zip_path.clear();
  EXPECT_THAT(build_text(report, {}),
              testing::HasSubstr("no zip was written: 1 of 2 answers differ, 1 error\n"));
}

TEST(BuildText, LimitExceeded) {
  auto report = sample_report();
  report.zipped = ByteSize(60'000'000);
  EXPECT_THAT(build_text(report, {}), testing::HasSubstr("7.6 MB over"));
}

TEST(BuildText, AnEmptyReportHasNoEmptySections) {
  const auto text = build_text(BuildReport{}, {});
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("Events")));
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("Findings")));
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("nan")));
}

TEST(BuildText, NamesCannotMoveTheCursor) {
  auto report = sample_report();
  report.findings[0].path = "a\x1b[2J";
  report.events[0].name = "b\x1b[2J";
  report.packages[0].name = "c\x1b[2J";
  EXPECT_THAT(build_text(report, {100, false, true}), testing::Not(testing::HasSubstr("\x1b")));
}

TEST(CheckText, Golden) {
  expect_golden("check.txt", check_text(sample_report(), {80, false, true}));
}

TEST(CheckText, FitsIfNoFindingIsAnError) {
  ZipReport check;
  check.findings = {{Severity::warning, "x", "", "y", ""}};
  EXPECT_THAT(check_text(check, {}), testing::HasSubstr("✓ fit to be deployed"));
}

TEST(VerifyText, Golden) {
  auto report = sample_report();
  report.findings.clear();
  expect_golden("verify.txt", verify_text(report, {80, false, true}));
}

TEST(VerifyText, AnErrorIsABadVerdictAlthoughEveryAnswerIsTheSame) {
  ZipReport report;
  report.events = {{"one", true, 1.0, 1.0, {}}};
  EXPECT_THAT(verify_text(report, {}), testing::HasSubstr("✓ every answer is the same"));
  report.findings = {{Severity::error, "x", "", "y", ""}};
  EXPECT_THAT(verify_text(report, {}),
              testing::HasSubstr("✗ every answer is the same, but the zip has errors"));
}

TEST(Terminal, CountsCharactersNotBytes) {
  EXPECT_EQ(display_width("née→"), 4U);
  EXPECT_EQ(display_width("e\xcc\x81"), 1U) << "decomposed é";
}

TEST(Terminal, ShortensInTheMiddle) {
  EXPECT_EQ(shortened("rasterio/gdal_data/very/deep/name.json", 20, true), "raster…eep/name.json");
  EXPECT_EQ(display_width(shortened("éééééééééééééééééé", 10, true)), 10U);
  EXPECT_EQ(shortened("short", 20, true), "short");
}

TEST(Terminal, BarsShowTheLeastAndStopAtTheWhole) {
  const Painter painter({80, false, true});
  EXPECT_EQ(painter.bar(0.0, 10), "");
  EXPECT_EQ(painter.bar(0.0001, 10), "▏");
  EXPECT_EQ(display_width(painter.bar(7.0, 10)), 10U);
  EXPECT_EQ(display_width(painter.gauge(0.5, 10, Role::good)), 10U);
}

TEST(Terminal, NumbersForPeople) {
  EXPECT_EQ(seconds_text(0.0), "< 0.01 s");
  EXPECT_EQ(seconds_text(9.999), "10.0 s");
  EXPECT_EQ(seconds_text(185.0), "3 min 5 s");
  EXPECT_EQ(change_text(2.0, 1.0), "-50 %");
  EXPECT_EQ(change_text(0.0, 1.0), "");
  EXPECT_EQ(count_text(1, "file", "files"), "1 file");
  EXPECT_EQ(count_text(1'234'567, "file", "files"), "1,234,567 files");
}

}  // namespace
}  // namespace lbundle
