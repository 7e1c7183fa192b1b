#include "report/check_markdown.hpp"

#include <algorithm>

#include "model/text.hpp"
#include "report/escape.hpp"

namespace lbundle {

namespace {

std::string limit_row(const char* name, ByteSize size, ByteSize limit, std::int64_t room) {
  return format("| {} | {} | {} | {} |\n", name, to_text(size), to_text(limit),
                room < 0 ? to_text(ByteSize(static_cast<std::uint64_t>(-room))) + " over"
                         : to_text(ByteSize(static_cast<std::uint64_t>(room))) + " left");
}

std::string finding_item(const Finding& finding) {
  auto text = format("- **{}** {}{}{}", to_text(finding.severity), markdown_text(finding.path),
                     finding.path.empty() ? "" : ": ", markdown_text(finding.message));
  if (!finding.hint.empty()) text += format(". *{}*", markdown_text(finding.hint));
  return text + '\n';
}

}  // namespace

std::string markdown_text(std::string_view text) {
  std::string safe;
  for (const char c : html_text(text)) {
    if (c == '|' || c == '*' || c == '_' || c == '`' || c == '[' || c == ']') safe += '\\';
    safe += c;
  }
  return safe;
}

std::string check_markdown(const ZipReport& report) {
  auto text = format("**{}**: {}\n\n", markdown_text(report.zip_path),
                     has_error(report.findings) ? "not fit to be deployed" : "fit to be deployed");
  text += "| | size | limit | |\n|---|--:|--:|--:|\n";
  for (const auto& room : headroom(report.limits, report.zipped, report.unzipped)) {
    text += limit_row(room.name.c_str(), room.used, room.limit, room.left());
  }
  auto findings = report.findings;
  std::ranges::stable_sort(findings, std::greater{}, &Finding::severity);
  if (!findings.empty()) text += '\n';
  for (const auto& finding : findings) text += finding_item(finding);
  return text;
}

}  // namespace lbundle
