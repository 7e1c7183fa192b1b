#include "init/event_adapters.hpp"

#include <algorithm>

#include "init/samples.hpp"
#include "model/text.hpp"
#include "project/embedded_rules.hpp"
#include "project/sourced_facts.hpp"
#include "project/toml_document.hpp"

namespace lbundle::init {

namespace {

bool is_import(const std::string& wanted, const SourceFacts::Import& import) {
  const auto colon = wanted.find(':');
  const auto module = wanted.substr(0, colon);
  if (import.name != module && !import.name.starts_with(module + ".") &&
      !import.name.starts_with(module + "/"))
    return false;
  return colon == std::string::npos ||
         std::ranges::find(import.taken, wanted.substr(colon + 1)) != import.taken.end();
}

Trigger trigger_of(const TomlTable& table) {
  const auto& node = table.need("event", TomlNode::Kind::text);
  for (const auto trigger :
       {Trigger::api_v1, Trigger::api_v2, Trigger::alb, Trigger::s3, Trigger::sqs, Trigger::sns,
        Trigger::event_bridge, Trigger::schedule, Trigger::dynamodb, Trigger::kinesis})
    if (shape_name(trigger) == node.text) return trigger;
  throw table.document().error(node, format("there is no event of the form '{}'", node.text));
}

const std::vector<EventAdapter>& event_adapters() {
  static const auto all = parse_embedded_rule_file("rules/event-adapters.toml", parse_event_adapters);
  return all;
}

}  // namespace

std::vector<EventAdapter> parse_event_adapters(const std::string& file, const std::string& text) {
  const TomlDocument document(file, text);
  const TomlTable table(document, document.root(), {"adapter", "source"});
  std::vector<EventAdapter> all;
  for (const auto& each : table.tables("adapter", {"imports", "event", "reason"})) {
    EventAdapter adapter{each.plain_texts("imports"), trigger_of(each)};
    if (adapter.imports.empty()) throw document.error(each.node(), "'imports' names nothing");
    each.need("reason", TomlNode::Kind::text);
    all.push_back(std::move(adapter));
  }
  check_sources(table);
  return all;
}

std::optional<Fact<Start>> start_by_adapter(const std::vector<SourceFacts::Import>& imports,
                                            const std::string& file) {
  for (const auto& import : imports)
    for (const auto& adapter : event_adapters())
      if (std::ranges::any_of(adapter.imports, [&](const auto& wanted) { return is_import(wanted, import); }))
        return Fact<Start>{{adapter.event, "", ""},
                           format("{}, line {}, imports {}", file, import.line, import.name)};
  return std::nullopt;
}

}  // namespace lbundle::init
