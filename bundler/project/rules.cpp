#include "project/rules.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <stdexcept>

#include "model/error.hpp"
#include "model/text.hpp"
#include "project/embedded_rules.hpp"
#include "project/toml_document.hpp"
#include "project/version_specifier.hpp"

namespace lbundle {

namespace {

constexpr std::string_view name_mark = "{name}";
constexpr std::string_view package_mark = "{package}/";

// `inside` gets the globs that begin with "{package}/", without it. If it is null, there may be none.
std::vector<Glob> read_globs(const TomlTable& table, std::string_view key,
                             std::vector<Glob>* inside = nullptr) {
  std::vector<Glob> globs;
  for (const auto* node : table.texts(key)) {
    try {
      if (inside != nullptr && node->text.starts_with(package_mark)) {
        inside->emplace_back(std::string_view(node->text).substr(package_mark.size()));
        continue;
      }
      globs.emplace_back(node->text);
    } catch (const std::invalid_argument& mistake) {
      throw table.document().error(*node, format("bad glob '{}': {}", node->text, mistake.what()));
    }
  }
  if (globs.empty() && (inside == nullptr || inside->empty()))
    throw table.document().error(table.node(), format("'{}' names no files", key));
  return globs;
}

std::vector<std::string> read_names(const TomlTable& table, std::string_view key) {
  auto names = table.plain_texts(key);
  if (names.empty()) throw table.document().error(table.node(), format("'{}' names nothing", key));
  return names;
}

std::string with_name(std::string glob, std::string_view name) {
  for (auto at = glob.find(name_mark); at != std::string::npos; at = glob.find(name_mark, at + name.size()))
    glob.replace(at, name_mark.size(), name);
  return glob;
}

// Reads globs with "{name}" in them. Each is tried with a name in its place.
std::vector<std::string> read_named_globs(const TomlTable& table) {
  std::vector<std::string> globs;
  for (const auto* node : table.texts("files")) {
    if (node->text.find(name_mark) == std::string::npos)
      throw table.document().error(*node, format("'{}' has no {}", node->text, name_mark),
                                   "it represents the constant that is passed to the function");
    try {
      Glob(with_name(node->text, "name"));
    } catch (const std::invalid_argument& mistake) {
      throw table.document().error(*node, format("bad glob '{}': {}", node->text, mistake.what()));
    }
    globs.push_back(node->text);
  }
  return globs;
}

// Reads what `called` keeps: files, modules or both.
void read_called(const TomlTable& table, Rule& rule) {
  rule.calls = read_names(table, "calls");
  rule.named_files = read_named_globs(table);
  rule.modules = table.plain_texts("modules");
  rule.first = table.plain_texts("first");
  if (const auto* parameter = table.find("parameter", TomlNode::Kind::text)) rule.parameter = parameter->text;
  rule.users = table.plain_texts("users");
  if (rule.parameter.empty() != rule.users.empty())
    throw table.document().error(table.node(), "'parameter' and 'users' belong together");
  if (rule.named_files.empty() && rule.modules.empty())
    throw table.document().error(table.node(), "neither 'files' nor 'modules' names anything");
}

Rule read_rule(RuleAction action, const TomlTable& table) {
  Rule rule;
  rule.action = action;
  rule.reason = table.need("reason", TomlNode::Kind::text).text;
  rule.location = table.document().location(table.node());
  if (action == RuleAction::environment) {
    rule.variable = table.need("variable", TomlNode::Kind::text).text;
  } else if (action == RuleAction::called) {
    read_called(table, rule);
  } else {
    rule.files = read_globs(table, "files", action == RuleAction::drop ? &rule.inside : nullptr);
  }
  if (action == RuleAction::with) rule.when = read_globs(table, "when");
  if (action == RuleAction::mentioned) rule.names = read_names(table, "names");
  return rule;
}

TomlTable::Keys keys_of(RuleAction action) {
  if (action == RuleAction::with) return {"files", "when", "reason", "source"};
  if (action == RuleAction::environment) return {"variable", "reason", "source"};
  if (action == RuleAction::mentioned) return {"files", "names", "reason", "source"};
  if (action == RuleAction::called)
    return {"calls", "files", "first", "modules", "parameter", "users", "reason", "source"};
  return {"files", "reason", "source"};
}

// The places of the rules about packages for `language`: folders and files.
std::vector<std::string_view> places_of_rules(Language language) {
  if (language == Language::python) return {"rules/common.toml", "rules/packages/"};
  if (language == Language::nodejs) return {"rules/npm/"};
  return {};
}

std::vector<Rule> read_built_in_rules(Language language) {
  std::vector<Rule> rules;
  for (const auto place : places_of_rules(language))
    for (auto& of_file : parse_embedded_rules(place, parse_rules))
      std::ranges::move(of_file, std::back_inserter(rules));
  return rules;
}

}  // namespace

const char* to_text(RuleAction action) {
  switch (action) {
    case RuleAction::keep:
      return "keep";
    case RuleAction::drop:
      return "drop";
    case RuleAction::with:
      return "with";
    case RuleAction::family:
      return "family";
    case RuleAction::environment:
      return "environment";
    case RuleAction::mentioned:
      return "mentioned";
    case RuleAction::called:
      return "called";
  }
  return "";
}

std::vector<std::string> Rule::modules_of(std::string_view name) const {
  std::vector<std::string> named;
  for (const auto& module : modules) named.push_back(with_name(module, name));
  return named;
}

std::vector<Glob> Rule::files_of(std::string_view name) const {
  const auto is_plain = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.' || c == '+';
  };
  std::vector<Glob> globs;
  // "." and ".." are parts of paths, not names, and a glob refuses them.
  if (name.empty() || name == "." || name == ".." || !std::ranges::all_of(name, is_plain)) return globs;
  for (const auto& glob : named_files) globs.emplace_back(with_name(glob, name));
  return globs;
}

bool Rule::applies_to(const Distributions& distributions) const {
  if (distribution.empty()) return true;
  return std::ranges::any_of(distributions.all, [&](const Distribution& staged) {
    return staged.name == distribution && version_matches(staged.version, versions);
  });
}

const std::vector<Rule>& built_in_rules(Language language) {
  static const std::map<Language, std::vector<Rule>> rules = [] {
    std::map<Language, std::vector<Rule>> all;
    for (const auto each : {Language::python, Language::nodejs, Language::provided})
      all.emplace(each, read_built_in_rules(each));
    return all;
  }();
  return rules.at(language);
}

std::vector<Rule> parse_rules(const std::string& file, const std::string& text) {
  const TomlDocument document(file, text);
  const TomlTable table(document, document.root(),
                        {"distribution", "versions", "source", "keep", "drop", "with", "family",
                         "environment", "mentioned", "called"});
  const auto distribution = table.text("distribution").value_or("");
  const auto versions = table.text("versions").value_or("");
  table.text("source");
  if (!is_version_specifier(versions))
    throw document.error(*table.find_any("versions"), format("not a version specifier: '{}'", versions),
                         "write it as for pip: \">=1.2,<3\"");
  std::vector<Rule> rules;
  for (const auto action : {RuleAction::keep, RuleAction::drop, RuleAction::with, RuleAction::family,
                            RuleAction::environment, RuleAction::mentioned, RuleAction::called}) {
    for (const auto& entry : table.tables(to_text(action), keys_of(action))) {
      auto rule = read_rule(action, entry);
      rule.distribution = distribution;
      rule.versions = versions;
      rules.push_back(std::move(rule));
    }
  }
  return rules;
}

}  // namespace lbundle
