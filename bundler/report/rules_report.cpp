#include "report/rules_report.hpp"

#include "json/json.hpp"
#include "model/text.hpp"
#include "report/build_report.hpp"
#include "report/escape.hpp"

namespace lbundle {

namespace {

std::string heading_line(const Painter& painter, const std::string& text) {
  return painter.paint(text, Role::heading) + '\n';
}

std::string head_of(const RuleUse& rule) {
  const auto whom = rule.distribution.empty() ? std::string() : " · " + rule.distribution;
  return format("{} · {}{}", rule.location, rule.action, whom);
}

std::string applied_text(const Painter& painter, const std::vector<RuleUse>& rules) {
  std::string text = heading_line(painter, "Applied");
  if (rules.empty()) text += "  no rule names a staged file\n";
  for (const auto& rule : rules) {
    text += painter.paragraph(2, "",
                              format("{}: names {}, decided {}", head_of(rule),
                                     count_text(rule.matched, "file", "files"), rule.decided),
                              Role::plain);
    text += painter.paragraph(4, "", printable(rule.reason), Role::faint);
  }
  return text;
}

std::string text_of_other_version(const RuleUse& rule) {
  return format("{}: holds for {}, staged is {}", head_of(rule), rule.versions, rule.staged);
}

std::string text_of_conflict(const RuleConflict& conflict) {
  return format("{} keeps and {} drops {}, {} of them in the bundle: {}", conflict.keep, conflict.drop,
                count_text(conflict.files, "file", "files"), conflict.kept, printable(conflict.example));
}

// Returns a section with a paragraph for each row, which `text_of` writes; no rows make no section.
template <typename Row>
std::string section(const Painter& painter, const std::string& title, const std::vector<Row>& rows,
                    std::string (*text_of)(const Row&), Role role) {
  if (rows.empty()) return {};
  std::string text = '\n' + heading_line(painter, title);
  for (const auto& row : rows) text += painter.paragraph(2, "", text_of(row), role);
  return text;
}

Json uses_json(const std::vector<RuleUse>& rules) {
  auto list = Json::array();
  for (const auto& rule : rules)
    list.push_back({{"location", rule.location},
                    {"action", rule.action},
                    {"distribution", rule.distribution},
                    {"versions", rule.versions},
                    {"staged", rule.staged},
                    {"reason", rule.reason},
                    {"matched", rule.matched},
                    {"decided", rule.decided}});
  return list;
}

}  // namespace

std::string rules_text(const RulesReport& report, const TextStyle& style) {
  const Painter painter(style);
  return applied_text(painter, report.applied) +
         section(painter, "Never matched", report.unmatched, head_of, Role::plain) +
         section(painter, "For other versions", report.other_version, text_of_other_version, Role::warning) +
         section(painter, "Disagree", report.conflicts, text_of_conflict, Role::plain);
}

std::string rules_json(const RulesReport& report) {
  auto conflicts = Json::array();
  for (const auto& conflict : report.conflicts)
    conflicts.push_back({{"keep", conflict.keep},
                         {"drop", conflict.drop},
                         {"files", conflict.files},
                         {"kept", conflict.kept},
                         {"example", conflict.example}});
  const Json json = {{"schema", 1},
                     {"applied", uses_json(report.applied)},
                     {"unmatched", uses_json(report.unmatched)},
                     {"other_version", uses_json(report.other_version)},
                     {"conflicts", std::move(conflicts)}};
  return json.dump(2) + '\n';
}

}  // namespace lbundle
