#include "project/sourced_facts.hpp"

#include <algorithm>
#include <iterator>

namespace lbundle {

std::string date_of(const TomlTable& table, std::string_view key) {
  const auto* node = table.find(key, TomlNode::Kind::text);
  if (node == nullptr) return {};
  constexpr std::string_view form = "dddd-dd-dd";
  const bool fits = std::ranges::equal(node->text, form, [](char is, char wanted) {
    return wanted == 'd' ? is >= '0' && is <= '9' : is == wanted;
  });
  if (!fits) throw table.document().error(*node, "it is not a date such as 2026-10-31");
  return node->text;
}

void check_sources(const TomlTable& table) {
  std::vector<std::string> sourced;
  for (const auto& source : table.tables("source", {"of", "text", "date"})) {
    source.need("text", TomlNode::Kind::text);
    source.need("date", TomlNode::Kind::text);
    std::ranges::move(source.plain_texts("of"), std::back_inserter(sourced));
  }
  for (const auto& entry : table.node().entries) {
    if (entry.key == "source" || entry.key == "language") continue;
    if (std::ranges::find(sourced, entry.key) == sourced.end())
      throw table.document().error(entry.value, "no [[source]] says where this was read");
  }
}

}  // namespace lbundle
