#include "project/own_file_rules.hpp"

#include <algorithm>
#include <stdexcept>

#include "project/embedded_rules.hpp"
#include "project/toml_document.hpp"

namespace lbundle {

namespace {

using Kind = TomlNode::Kind;

std::vector<Glob> globs_of(const TomlTable& table, const char* key) {
  table.need(key, Kind::array);
  std::vector<Glob> globs;
  for (const auto* node : table.texts(key)) {
    try {
      globs.emplace_back(node->text);
    } catch (const std::invalid_argument& mistake) {
      throw table.document().error(*node, mistake.what());
    }
  }
  return globs;
}

LeftOutRule left_out_rule(const TomlTable& table, const char* key) {
  table.need("source", Kind::text);
  return {globs_of(table, key), table.need("reason", Kind::text).text,
          table.document().location(table.node()), table.boolean("quiet").value_or(false)};
}

ByReachRule by_reach_rule(const TomlTable& table) {
  table.need("source", Kind::text);
  table.need("named_by", Kind::text);
  return {table.plain_texts("folders"),
          table.choice<bool>("named_by", {{"own", false}, {"any", true}}, false),
          table.need("reason", Kind::text).text, table.document().location(table.node())};
}

const LeftOutRule* first_match(const std::vector<LeftOutRule>& rules, std::string_view path) {
  const auto found = std::ranges::find_if(rules, [&](const LeftOutRule& rule) {
    return std::ranges::any_of(rule.globs, [&](const Glob& glob) { return glob.matches(path); });
  });
  return found == rules.end() ? nullptr : &*found;
}

}  // namespace

const LeftOutRule* OwnFileRules::never_own(std::string_view name) const {
  return first_match(never, name);
}

const LeftOutRule* OwnFileRules::unless_used_at(std::string_view path) const {
  return first_match(unless_used, path);
}

const ByReachRule* OwnFileRules::by_reach_at(std::string_view path) const {
  const auto slash = path.find('/');
  if (slash == std::string_view::npos) return nullptr;
  const auto found = std::ranges::find_if(by_reach, [&](const ByReachRule& rule) {
    return std::ranges::find(rule.folders, path.substr(0, slash)) != rule.folders.end();
  });
  return found == by_reach.end() ? nullptr : &*found;
}

OwnFileRules parse_own_file_rules(const std::string& file, const std::string& text) {
  const TomlDocument document(file, text);
  const TomlTable root(document, document.root(), {"never", "unless_used", "by_reach"});
  OwnFileRules rules;
  for (const auto& table : root.tables("never", {"names", "reason", "source", "quiet"}))
    rules.never.push_back(left_out_rule(table, "names"));
  for (const auto& table : root.tables("unless_used", {"files", "reason", "source"}))
    rules.unless_used.push_back(left_out_rule(table, "files"));
  for (const auto& table : root.tables("by_reach", {"folders", "named_by", "reason", "source"}))
    rules.by_reach.push_back(by_reach_rule(table));
  return rules;
}

const OwnFileRules& own_file_rules() {
  static const auto rules = parse_embedded_rule_file(own_file_rules_path, parse_own_file_rules);
  return rules;
}

}  // namespace lbundle
