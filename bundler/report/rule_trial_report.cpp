#include "report/rule_trial_report.hpp"

#include "json/json.hpp"
#include "model/text.hpp"
#include "report/build_report.hpp"
#include "report/escape.hpp"
#include "report/json_report.hpp"
#include "report/text_report.hpp"

namespace lbundle {

namespace {

constexpr std::size_t listed_files = 8;  // of each rule; JSON has all

ByteSize sum_of(const std::vector<ChangedFile>& files) {
  ByteSize sum;
  for (const auto& file : files) sum += file.size;
  return sum;
}

std::string count_of(const std::vector<ChangedFile>& files) {
  return format("{}, {}", count_text(files.size(), "file", "files"), to_text(sum_of(files)));
}

std::string list_of(const Painter& painter, const std::vector<ChangedFile>& files) {
  std::string text;
  for (std::size_t i = 0; i < files.size() && i < listed_files; ++i)
    text += painter.paragraph(6, "", format("{}  {}", printable(files[i].path), to_text(files[i].size)),
                              Role::plain);
  if (files.size() > listed_files)
    text += painter.paragraph(6, "", format("and {} more", files.size() - listed_files), Role::faint);
  return text;
}

std::string effect_of(const TriedRule& rule) {
  const bool drops = rule.action == "drop";
  std::string text = format("matches {}", count_text(rule.matched, "file", "files"));
  if (!rule.changed.empty())
    text += format("; {} in addition: {}", drops ? "drops" : "keeps", count_of(rule.changed));
  if (rule.changed.empty() && rule.matched > 0) text += "; changes nothing";
  if (rule.already > 0) text += format("; {} {} without it", rule.already, drops ? "go" : "stay");
  if (rule.in_vain > 0)
    text += format("; {} {} all the same: {}", rule.in_vain, drops ? "stay" : "go", printable(rule.stronger));
  return text;
}

std::string rule_text(const Painter& painter, const TriedRule& rule) {
  return '\n' + painter.paint(format("{} · {}", rule.location, rule.action), Role::strong) + '\n' +
         painter.paragraph(2, "", printable(rule.reason), Role::faint) +
         painter.paragraph(2, "", effect_of(rule), Role::plain) + list_of(painter, rule.changed);
}

std::string head_of_trial(const RuleTrial& trial) {
  const auto whom = trial.distribution.empty() ? std::string("all distributions")
                                               : format("{} {}", trial.distribution, trial.staged);
  return format("{} · {} · {}", trial.file, whom, count_text(trial.rules.size(), "rule", "rules"));
}

Json files_json(const std::vector<ChangedFile>& files) {
  auto list = Json::array();
  for (const auto& file : files)
    list.push_back({{"path", file.path}, {"unzipped", file.size.bytes()}, {"reason", file.reason}});
  return list;
}

Json rule_json(const TriedRule& rule) {
  return {{"location", rule.location},
          {"action", rule.action},
          {"reason", rule.reason},
          {"globs", rule.globs},
          {"matched", rule.matched},
          {"already", rule.already},
          {"in_vain", rule.in_vain},
          {"stronger", rule.stronger},
          {"changed", files_json(rule.changed)},
          {"unzipped", sum_of(rule.changed).bytes()}};
}

}  // namespace

std::string rule_trial_text(const RuleTrial& trial, const TextStyle& style) {
  const Painter painter(style);
  std::string text = painter.paint(head_of_trial(trial), Role::heading) + '\n';
  if (trial.rules_replaced > 0)
    text += painter.paragraph(
        2, "",
        format("in place of lbundle's own {}",
               trial.distribution.empty()
                   ? count_text(trial.rules_replaced, "rule for all distributions",
                                "rules for all distributions")
                   : count_text(trial.rules_replaced, "rule", "rules") + " for " + trial.distribution),
        Role::plain);
  for (const auto& rule : trial.rules) text += rule_text(painter, rule);
  text += '\n' + painter.paint("In all", Role::heading) + '\n';
  text += painter.paragraph(2, "", format("kept in addition: {}", count_of(trial.kept)), Role::plain);
  text += painter.paragraph(2, "", format("dropped in addition: {}", count_of(trial.dropped)), Role::plain);
  text += painter.paragraph(2, "", "nothing was published, and no file of the project changed", Role::faint);
  return text + findings_text(trial.findings, style);
}

std::string rule_trial_json(const RuleTrial& trial) {
  auto rules = Json::array();
  for (const auto& rule : trial.rules) rules.push_back(rule_json(rule));
  return to_pretty(Json{{"schema", 1},
                        {"file", trial.file},
                        {"distribution", trial.distribution},
                        {"staged", trial.staged},
                        {"rules_replaced", trial.rules_replaced},
                        {"rules", std::move(rules)},
                        {"kept", files_json(trial.kept)},
                        {"kept_unzipped", sum_of(trial.kept).bytes()},
                        {"dropped", files_json(trial.dropped)},
                        {"dropped_unzipped", sum_of(trial.dropped).bytes()},
                        {"findings", findings_json(trial.findings)}});
}

}  // namespace lbundle
