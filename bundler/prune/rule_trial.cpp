#include "prune/rule_trial.hpp"

#include <algorithm>
#include <cctype>
#include <set>

#include "model/text.hpp"
#include "prune/prune_keep_set.hpp"

namespace lbundle {

namespace {

bool keeps(const Bundle& bundle, const BundlePath& path) {
  return bundle.decisions.at(path).verdict != Verdict::drop;
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

// The globs of a rule as its file has them.
std::vector<std::string> texts_of(const Rule& rule) {
  std::vector<std::string> texts;
  for (const auto& glob : rule.files) texts.push_back(glob.pattern());
  for (const auto& glob : rule.inside) texts.push_back("{package}/" + glob.pattern());
  texts.insert(texts.end(), rule.named_files.begin(), rule.named_files.end());
  return texts;
}

// A rule with a single glob of `rule`.
Rule with_one_glob(const Rule& rule, std::size_t index) {
  auto one = rule;
  const auto plain = rule.files.size(), inside = rule.inside.size();
  one.files.clear();
  one.inside.clear();
  one.named_files.clear();
  if (index < plain) {
    one.files = {rule.files[index]};
  } else if (index < plain + inside) {
    one.inside = {rule.inside[index - plain]};
  } else {
    one.named_files = {rule.named_files[index - plain - inside]};
  }
  return one;
}

// What may have been meant by a glob that matches no staged file.
std::string what_was_meant(const std::string& glob, const StagedTree& tree, const std::string& distribution) {
  for (const auto& path : matching_paths(tree.files, {Glob("**/" + glob)}))
    if (path.extension() != ".pyc") return format("a glob is for the whole path, such as {}", path.bytes());
  const Glob lowered(lower(glob));
  std::set<std::string> tops;
  for (const auto& [path, node] : tree.files) {
    if (lowered.matches(lower(path.bytes())))
      return format("capital letters count: the file is {}", path.bytes());
    const auto* owner = tree.distributions.owner_of(path);
    if (owner != nullptr && owner->name == distribution)
      tops.insert(path.bytes().substr(0, path.bytes().find('/')));
  }
  std::erase_if(tops, [](const std::string& top) { return top == "bin" || top.ends_with(".dist-info"); });
  if (tops.empty()) return {};
  std::string names;
  for (const auto& top : tops) names += (names.empty() ? "" : ", ") + top;
  return format("the files of {} are in {}", distribution, names);
}

Findings findings_about(const StagedTree& tree, const Rule& rule, const std::vector<BundlePath>& matched) {
  const auto place = to_text(rule.location);
  if (!rule.applies_to(tree.distributions)) {
    const auto* staged = tree.distributions.named(rule.distribution);
    return {{Severity::error, "other-version", place,
             format("{} is not applied: it holds for {} {}, and {} is staged", place, rule.distribution,
                    rule.versions, staged->version),
             "try it in a project with such a version, or change `versions`"}};
  }
  const auto globs = texts_of(rule);
  Findings findings;
  for (std::size_t i = 0; i < globs.size(); ++i) {
    if (!paths_of(tree.files, with_one_glob(rule, i)).empty()) continue;
    const bool none = matched.empty();
    findings.push_back({none ? Severity::error : Severity::warning,
                        none ? "unmatched-rule" : "unmatched-glob", place,
                        format("'{}' of {} matches no staged file", globs[i], place),
                        globs[i].starts_with("{") ? "" : what_was_meant(globs[i], tree, rule.distribution)});
  }
  if (rule.action == RuleAction::with && matching_paths(tree.files, rule.when).empty())
    findings.push_back({Severity::error, "unmatched-rule", place,
                        format("no staged file matches `when` of {}, so it never keeps anything", place),
                        what_was_meant(rule.when.front().pattern(), tree, rule.distribution)});
  return findings;
}

// What happens to the files that a rule names.
TriedRule tried(const Rule& rule, const std::vector<BundlePath>& matched, const Bundle& without,
                const Bundle& with) {
  TriedRule result{to_text(rule.location), to_text(rule.action), rule.reason, texts_of(rule)};
  const bool wants_to_keep = rule.action != RuleAction::drop;
  result.matched = matched.size();
  for (const auto& path : matched) {
    if (keeps(with, path) != wants_to_keep) {
      if (result.in_vain++ == 0) result.stronger = with.decisions.at(path).reason.text;
    } else if (keeps(without, path) == wants_to_keep) {
      ++result.already;
    }
  }
  return result;
}

// The rule that decided on `path`, or on the file that brought it along. Null if none of these rules did.
TriedRule* deciding(std::vector<TriedRule>& rules, const Bundle& bundle, BundlePath path) {
  std::set<BundlePath> seen;
  while (!path.is_root() && seen.insert(path).second) {
    const auto decision = bundle.decisions.find(path);
    if (decision == bundle.decisions.end()) return nullptr;
    const auto found = std::ranges::find(rules, decision->second.reason.rule, &TriedRule::location);
    if (found != rules.end()) return &*found;
    path = decision->second.via;
  }
  return nullptr;
}

}  // namespace

RuleTrial compare_rules(const StagedTree& tree, const TriedRules& rules, const Bundle& without,
                        const Bundle& with) {
  RuleTrial trial{rules.file, rules.distribution};
  if (const auto* staged = tree.distributions.named(rules.distribution)) trial.staged = staged->version;
  auto in_order = rules.rules;
  std::ranges::stable_sort(in_order, {}, [](const Rule& rule) { return rule.location.line; });
  for (const auto& rule : in_order) {
    const auto matched = paths_of(tree.files, rule);
    trial.rules.push_back(tried(rule, matched, without, with));
    append(trial.findings, findings_about(tree, rule, matched));
  }
  for (const auto& [path, decision] : with.decisions) {
    if (keeps(with, path) == keeps(without, path)) continue;
    const ChangedFile changed{path.bytes(), decision.before, decision.reason.text};
    (keeps(with, path) ? trial.kept : trial.dropped).push_back(changed);
    if (auto* rule = deciding(trial.rules, with, path)) rule->changed.push_back(changed);
  }
  return trial;
}

}  // namespace lbundle
