#include "model/text.hpp"
#include "report/escape.hpp"
#include "report/why_report.hpp"

namespace lbundle {

namespace {

std::string line(const Painter& painter, const std::string& label, const std::string& text,
                 Role role = Role::plain) {
  // Labels are padded to the width of the longest, "to change", and two spaces.
  return text.empty() ? std::string{} : painter.paragraph(2, format("{:<11}", label), printable(text), role);
}

std::string lines(const Painter& painter, const std::string& label, const std::vector<std::string>& texts) {
  std::string result;
  for (const auto& text : texts) result += line(painter, result.empty() ? label : "", text);
  return result;
}

std::string verdict_words(const WhyAnswer& answer) {
  if (answer.verdict == "keep") return "in the bundle, as it was staged";
  if (answer.verdict == "drop") return "not in the bundle";
  return answer.becomes == answer.staged_path ? "in the bundle, in another form"
                                              : "in the bundle as " + answer.becomes;
}

std::string reason_words(const Reason& reason) {
  return reason.stage.empty() ? reason.text : reason.stage + ": " + reason.text;
}

std::string runs_words(const std::set<int>& runs) {
  std::string words;
  const char* const before = runs.size() == 1 ? " (run " : " (runs ";
  for (const auto run : runs) words += (words.empty() ? before : ", ") + std::to_string(run);
  return words.empty() ? words : words + ')';
}

std::vector<std::string> evidence_words(const WhyAnswer& answer) {
  if (answer.evidence.empty()) return {"no event touched it"};
  std::vector<std::string> words;
  for (const auto& item : answer.evidence) {
    // Not every kind reads well before "by": a stat is a look at the file's size and date.
    const auto kind = item.kind == "stat" ? std::string("looked at") : item.kind;
    words.push_back(format("{} by event {}{}", kind, item.event, runs_words(item.runs)));
  }
  return words;
}

std::vector<std::string> chain_words(const WhyAnswer& answer) {
  std::vector<std::string> words;
  for (std::size_t i = 1; i < answer.chain.size(); ++i) {
    words.push_back((i == 1 ? "needed by " : "which is needed by ") + answer.chain[i]);
  }
  return words;
}

std::string price_words(const WhyAnswer& answer, const Painter& painter) {
  if (answer.subject == WhyAnswer::Subject::file && answer.verdict == "drop") {
    return format("{} unzipped saved", to_text(answer.before));
  }
  auto words = to_text(answer.after) + " unzipped";
  if (answer.before != answer.after && answer.subject != WhyAnswer::Subject::added) {
    words = format("{} {} {}", to_text(answer.before), painter.arrow(), words);
  }
  return format("{}, {} zipped", words, to_text(answer.zipped));
}

std::string file_text(const WhyAnswer& answer, const Painter& painter) {
  const auto role = answer.verdict == "drop" ? Role::warning : Role::good;
  auto package = answer.package.empty() ? "the function's own file" : answer.package;
  if (!answer.version.empty()) package += ' ' + answer.version;
  auto text = line(painter, "verdict", verdict_words(answer), role);
  text += line(painter, "reason", reason_words(answer.reason));
  text += line(painter, "rule", answer.reason.rule);
  text += line(painter, "kept for", reason_words(answer.kept));
  text += line(painter, "its rule", answer.kept.rule);
  text += lines(painter, "evidence", evidence_words(answer));
  text += lines(painter, "chain", chain_words(answer));
  text += lines(painter, "beside", answer.related);
  text += line(painter, "package", package);
  text += line(painter, "size", price_words(answer, painter));
  std::vector<std::string> changes;
  for (const auto& change : answer.what_would_change) changes.push_back("- " + change);
  return text + lines(painter, "to change", changes);
}

std::string folder_text(const WhyAnswer& answer, const Painter& painter) {
  auto text = line(painter, "verdict",
                   format("{} of {} in the bundle", answer.files,
                          count_text(answer.staged_files, "staged file", "staged files")));
  text += line(painter, "size", price_words(answer, painter)) + '\n';
  std::vector<std::vector<Cell>> rows;
  for (const auto& row : answer.reasons) {
    const auto words =
        reason_words(row.reason) + (row.reason.rule.empty() ? "" : " (" + row.reason.rule + ")");
    rows.push_back({{printable(words)},
                    {row.verdict, row.verdict == "drop" ? Role::warning : Role::good},
                    {count_text(row.files, "file", "files"), Role::faint, true},
                    {to_text(row.before), Role::plain, true}});
  }
  return text + table(painter, rows);
}

std::string unknown_text(const WhyAnswer& answer, const Painter& painter) {
  auto text = line(painter, "verdict", "unknown: neither staged nor in the bundle", Role::warning);
  return text + lines(painter, "nearest", answer.nearest);
}

}  // namespace

std::string why_text(const WhyAnswer& answer, const TextStyle& style) {
  const Painter painter(style);
  const auto& shown = answer.staged_path.empty() ? answer.path : answer.staged_path;
  auto text = painter.paint(printable(shown), Role::strong) + '\n';
  switch (answer.subject) {
    case WhyAnswer::Subject::file:
      return text + file_text(answer, painter);
    case WhyAnswer::Subject::folder:
      return text + folder_text(answer, painter);
    case WhyAnswer::Subject::added:
      return text + line(painter, "verdict", "in the bundle, and not staged", Role::good) +
             line(painter, "reason", answer.reason.text) +
             line(painter, "size", price_words(answer, painter));
    case WhyAnswer::Subject::unknown:
      return text + unknown_text(answer, painter);
  }
  return text;
}

}  // namespace lbundle
