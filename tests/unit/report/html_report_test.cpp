#include "report/html_report.hpp"

#include <algorithm>
#include <vector>

#include <gmock/gmock.h>

#include "golden.hpp"
#include "json/json.hpp"
#include "model/text.hpp"
#include "os/base64.hpp"
#include "os/digest_of.hpp"
#include "report/html_sections.hpp"
#include "sample.hpp"

namespace lbundle {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string sample_page() {
  return html_page(sample_report(), SampleBuild().manifest());
}

std::size_t occurrences(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++count;
  return count;
}

std::string between(const std::string& text, const std::string& begin, const std::string& end) {
  const auto from = text.find(begin);
  if (from == std::string::npos) return {};
  const auto start = from + begin.size();
  return text.substr(start, text.find(end, start) - start);
}

// Returns the page without the text of its style and scripts.
std::string markup_of(std::string page) {
  for (const std::string tag : {"style", "script"}) {
    std::size_t at = 0;
    while ((at = page.find('<' + tag, at)) != std::string::npos) {
      const auto open = page.find('>', at) + 1;
      page.erase(open, page.find("</" + tag + '>', open) - open);
      at = open;
    }
  }
  return page;
}

// Returns the first element that is not closed, or not in order; empty if every element is closed.
std::string unbalanced(const std::string& markup) {
  static const std::vector<std::string> closed_by_themselves = {"meta", "input", "br", "!doctype", "rect"};
  std::vector<std::string> open;
  for (auto at = markup.find('<'); at != std::string::npos; at = markup.find('<', at + 1)) {
    const bool closes = markup[at + 1] == '/';
    const auto start = at + (closes ? 2 : 1);
    const auto name = markup.substr(start, markup.find_first_of(" >/\n", start) - start);
    if (std::ranges::find(closed_by_themselves, name) != closed_by_themselves.end()) continue;
    if (!closes) {
      open.push_back(name);
    } else if (open.empty() || open.back() != name) {
      return "</" + name + "> closes " + (open.empty() ? "nothing" : open.back());
    } else {
      open.pop_back();
    }
  }
  return open.empty() ? "" : open.back() + " is never closed";
}

TEST(HtmlPage, AsksTheNetworkForNothing) {
  const auto page = sample_page();
  EXPECT_EQ(occurrences(page, "http://"), 1U) << "the name of SVG's namespace alone";
  for (const char* part : {"https://", " src=", " href=", "url(", "@import", "fetch(", "XMLHttpRequest"}) {
    EXPECT_THAT(page, Not(HasSubstr(part)));
  }
}

TEST(HtmlPage, ItsPolicyAllowsOnlyItsOwnStyleAndScript) {
  const auto page = sample_page();
  const auto hash = [](const std::string& text) {
    return "'sha256-" + encode_base64(digest_of(text).bytes) + "'";
  };
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
  EXPECT_THAT(page, HasSubstr("style-src " + hash(between(page, "<style>", "</style>"))));
  EXPECT_THAT(page, HasSubstr("script-src " + hash(between(page, "<script>", "</script>"))));
  EXPECT_THAT(page, Not(HasSubstr("unsafe")));
  const auto markup = markup_of(page);
  for (const char* part : {" style=", " onclick=", " onload=", "javascript:"})
    EXPECT_THAT(markup, Not(HasSubstr(part)));
}

TEST(HtmlPage, HostileNamesStayText) {
  auto report = sample_report();
  const std::string hostile = "</script><img src=x onerror=alert(1)>\"'&";
  report.function = report.runtime = report.backend = report.zip_path = hostile;
  report.events[1].name = report.events[1].differences[0] = hostile;
  report.findings[0] = {Severity::error, hostile, hostile, hostile, hostile};
  report.suggestions[0] = report.trace_method = report.trace_method_reason = report.stages[0].note = hostile;
  report.sharing[0] = {hostile, hostile, hostile, ByteSize(1), hostile};
  SampleBuild build;
  build.tree.distributions.all[0] = {hostile, hostile};
  for (auto& [path, decision] : build.bundle.decisions) decision.reason = {hostile, hostile, hostile};
  const auto page = html_page(report, build.manifest());
  EXPECT_THAT(page, Not(HasSubstr("<img")));
  EXPECT_THAT(markup_of(page), Not(HasSubstr("\"'&")));
  EXPECT_EQ(occurrences(page, "</script>"), 2U);
  EXPECT_EQ(unbalanced(markup_of(page)), "");
}

TEST(HtmlPage, EveryElementIsClosed) {
  EXPECT_EQ(unbalanced(markup_of(sample_page())), "");
  EXPECT_EQ(unbalanced(markup_of(html_page(BuildReport{}, Manifest{}))), "");
  EXPECT_EQ(unbalanced("<p><b></p>"), "</p> closes b");
}

TEST(HtmlPage, ItsNumbersAreTheManifests) {
  const auto manifest = SampleBuild().manifest();
  const auto json = parse_json(between(sample_page(), "id=\"numbers\">", "</script>"), "page");
  std::uint64_t before = 0, after = 0, zipped = 0;
  for (const auto& file : json["files"]) {
    before += file[3].get<std::uint64_t>();
    after += file[4].get<std::uint64_t>();
    zipped += file[5].get<std::uint64_t>();
    EXPECT_LT(file[1].get<std::size_t>(), json["packages"].size());
    EXPECT_LT(file[6].get<std::size_t>(), json["reasons"].size());
    for (const auto& event : file[8]) EXPECT_LT(event.get<std::size_t>(), json["events"].size());
  }
  EXPECT_EQ(before, manifest.totals.staged.bytes());
  EXPECT_EQ(after, manifest.totals.unzipped.bytes());
  EXPECT_EQ(zipped, manifest.totals.entries.bytes());
}

TEST(HtmlPage, FiveThousandFilesStaySmall) {
  Manifest manifest;
  for (int i = 0; i < 5'000; ++i) {
    const BundlePath path(
        format("some_package_{}/some/folder_{}/of_modules/a_module_with_a_name_{}.py", i % 40, i % 7, i));
    auto& file = manifest.files[path];
    file.package = format("some-package-{}", i % 40);
    file.decision = {Verdict::replace,
                     {"bytecode", "beside where its source was", ""},
                     ByteSize(12'345),
                     ByteSize(9'876),
                     BundlePath(path.bytes() + "c")};
    file.evidence[AccessKind::opened]["train"] = {1, 2};
  }
  EXPECT_LT(html_page(sample_report(), manifest).size(), 1'500'000U);
}

TEST(HtmlPage, SameInputsSameBytes) {
  EXPECT_EQ(sample_page(), sample_page());
}

TEST(HtmlSections, Golden) {
  const auto report = sample_report();
  const auto manifest = SampleBuild().manifest();
  expect_golden("sections.html", html::summary(report, manifest) + html::findings(report) +
                                     html::limits(report) + html::stages(report) + html::events(report) +
                                     html::packages(manifest) + html::reasons(manifest) +
                                     html::sharing(report) + html::suggestions(report));
}

}  // namespace
}  // namespace lbundle
