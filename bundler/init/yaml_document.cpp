#include "init/yaml_document.hpp"

#include <yaml-cpp/yaml.h>

#include "model/error.hpp"
#include "model/text.hpp"
#include "os/bytes.hpp"

namespace lbundle::init {

namespace {

// An alias stands for a copy of its anchor's value, so a short file can have a value without end.
constexpr std::size_t most_nodes = 200'000;

struct TooMany {};

std::string tag_of(const YAML::Node& node) {
  const auto& tag = node.Tag();
  // "!" marks a quoted scalar, "?" one without a tag.
  return tag.size() > 1 && tag.starts_with('!') && !tag.starts_with("!!") ? tag : "";
}

YamlNode converted(const YAML::Node& node, std::size_t& left) {
  if (left-- == 0) throw TooMany{};
  YamlNode value;
  if (!node.IsDefined()) return value;
  value.tag = tag_of(node);
  value.line = node.Mark().line + 1;
  if (node.IsScalar()) {
    value.kind = YamlNode::Kind::text;
    value.text = node.Scalar();
  } else if (node.IsSequence()) {
    value.kind = YamlNode::Kind::list;
    for (const auto& item : node) value.items.push_back(converted(item, left));
  } else if (node.IsMap()) {
    value.kind = YamlNode::Kind::table;
    for (const auto& entry : node) {
      if (!entry.first.IsScalar()) continue;
      value.entries.emplace_back(entry.first.Scalar(), converted(entry.second, left));
    }
  }
  return value;
}

}  // namespace

const YamlNode& YamlNode::operator[](std::string_view key) const {
  static const YamlNode nothing;
  for (const auto& [name, value] : entries)
    if (name == key) return value;
  for (const auto& [name, value] : entries) {
    if (name != "<<") continue;
    if (const auto& merged = value[key]; merged.is_there()) return merged;
    for (const auto& item : value.items)
      if (const auto& merged = item[key]; merged.is_there()) return merged;
  }
  return nothing;
}

YamlNode parse_yaml(const std::string& text, const std::string& shown_name) {
  try {
    auto left = most_nodes;
    return converted(YAML::Load(text), left);
  } catch (const YAML::Exception& mistake) {
    throw Error("read", shown_name,
                format("line {}, column {}: {}", mistake.mark.line + 1, mistake.mark.column + 1, mistake.msg),
                "correct the file; `lbundle init` reads what it says about the function");
  } catch (const TooMany&) {
    throw Error("read", shown_name, "line 1: its aliases stand for more than 200,000 values",
                "write it with fewer aliases");
  }
}

YamlNode read_yaml(const HostPath& file, const std::string& shown_name) {
  return parse_yaml(read_text_file(file), shown_name);
}

}  // namespace lbundle::init
