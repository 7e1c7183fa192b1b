#include "project/other_runtimes.hpp"

#include <algorithm>

#include "model/error.hpp"
#include "model/text.hpp"
#include "project/embedded_rules.hpp"
#include "project/library_rules.hpp"
#include "project/sourced_facts.hpp"
#include "project/toml_document.hpp"

namespace lbundle {

namespace {

OtherRuntimes entry_of(const TomlTable& table) {
  OtherRuntimes entry;
  entry.names = table.plain_texts("names");
  if (entry.names.empty()) throw table.document().error(table.node(), "'names' names nothing");
  return entry;
}

}  // namespace

std::vector<OtherRuntimes> parse_other_runtimes(const std::string& file, const std::string& text) {
  const TomlDocument document(file, text);
  const TomlTable table(document, document.root(), {"removed", "foreign", "source"});
  std::vector<OtherRuntimes> all;
  for (const auto& removed : table.tables("removed", {"names", "since", "move_to"})) {
    auto entry = entry_of(removed);
    removed.need("since", TomlNode::Kind::text);
    entry.since = date_of(removed, "since");
    entry.move_to = removed.need("move_to", TomlNode::Kind::text).text;
    all.push_back(std::move(entry));
  }
  for (const auto& foreign : table.tables("foreign", {"names", "language"})) {
    auto entry = entry_of(foreign);
    entry.language = foreign.need("language", TomlNode::Kind::text).text;
    all.push_back(std::move(entry));
  }
  check_sources(table);
  return all;
}

const std::vector<OtherRuntimes>& other_runtimes() {
  static const auto all = parse_embedded_rule_file("rules/other-runtimes.toml", parse_other_runtimes);
  return all;
}

std::optional<RuntimeRefusal> refusal_of_runtime(const std::string& name, const std::string& function) {
  const auto& all = other_runtimes();
  const auto found =
      std::ranges::find_if(all, [&](const OtherRuntimes& each) { return is_one_of(each.names, name); });
  if (found == all.end()) return std::nullopt;
  if (!found->language.empty()) {
    return RuntimeRefusal{
        format("'{}' is a {} runtime, and lbundle does not bundle {}", name, found->language,
               found->language),
        "it bundles functions of Python and Node.js, and executables for provided.al2023 and provided.al2"};
  }
  return RuntimeRefusal{
      format("'{}' is no longer a runtime of AWS, since {}, and lbundle does not bundle for it", name,
             found->since),
      format("{} must move to {}", function, found->move_to)};
}

}  // namespace lbundle
