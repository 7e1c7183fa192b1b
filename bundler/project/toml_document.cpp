#include "project/toml_document.hpp"

#include <algorithm>

#include <toml++/toml.h>

#include "model/suggestion.hpp"
#include "model/text.hpp"

namespace lbundle {

namespace {

using Kind = TomlNode::Kind;

const char* name_of(Kind kind) {
  switch (kind) {
    case Kind::table:
      return "a table";
    case Kind::array:
      return "an array";
    case Kind::text:
      return "a string";
    case Kind::integer:
      return "a whole number";
    case Kind::real:
      return "a number";
    case Kind::boolean:
      return "true or false";
    case Kind::moment:
      return "a date or time";
  }
  return "";
}

TomlNode convert(const toml::node& node, std::string name);

void convert_table(const toml::table& table, TomlNode& to) {
  to.kind = Kind::table;
  for (const auto& [key, value] : table) {
    const auto place = key.source().begin;
    auto child = to.name.empty() ? std::string(key.str()) : format("{}.{}", to.name, key.str());
    to.entries.push_back({std::string(key.str()), static_cast<int>(place.line),
                          static_cast<int>(place.column), convert(value, std::move(child))});
  }
  std::ranges::sort(to.entries, [](const TomlEntry& a, const TomlEntry& b) {
    return std::pair(a.line, a.column) < std::pair(b.line, b.column);
  });
}

void convert_array(const toml::array& array, TomlNode& to) {
  to.kind = Kind::array;
  for (const auto& item : array)
    to.items.push_back(convert(item, format("{}[{}]", to.name, to.items.size() + 1)));
}

void convert_scalar(const toml::node& node, TomlNode& to) {
  if (const auto* text = node.as_string()) {
    to.kind = Kind::text;
    to.text = text->get();
  } else if (const auto* integer = node.as_integer()) {
    to.kind = Kind::integer;
    to.integer = integer->get();
  } else if (const auto* real = node.as_floating_point()) {
    to.kind = Kind::real;
    to.real = real->get();
  } else if (const auto* boolean = node.as_boolean()) {
    to.kind = Kind::boolean;
    to.boolean = boolean->get();
  } else {
    to.kind = Kind::moment;
  }
}

TomlNode convert(const toml::node& node, std::string name) {
  TomlNode to;
  to.name = std::move(name);
  const auto& place = node.source();
  to.line = static_cast<int>(place.begin.line);
  to.column = static_cast<int>(place.begin.column);
  if (place.begin.line == place.end.line) to.length = static_cast<int>(place.end.column - place.begin.column);
  if (const auto* table = node.as_table()) {
    convert_table(*table, to);
  } else if (const auto* array = node.as_array()) {
    convert_array(*array, to);
  } else {
    convert_scalar(node, to);
  }
  return to;
}

std::string join(const std::vector<std::string_view>& names) {
  std::string joined;
  for (const auto name : names) joined += (joined.empty() ? "" : ", ") + std::string(name);
  return joined;
}

std::string suggest(std::string_view name, const std::vector<std::string_view>& known) {
  const auto nearest = nearest_name(name, known);
  return nearest.empty() ? format("the known names are: {}", join(known))
                         : format("did you mean '{}'?", nearest);
}

// The library makes a table for each part of a dotted key, one in the other, and recurses through them.
constexpr int most_key_parts = 200;

// The first line with so many dots outside of quotes that one key could have too many parts.
std::optional<int> line_of_long_key(std::string_view text) {
  int line = 1, dots = 0;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n') {
      ++line;
      dots = 0;
      quote = 0;
    } else if (quote != 0) {
      if (c == '\\' && quote == '"') ++i;
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '=' || c == ',') {
      dots = 0;
    } else if (c == '.' && ++dots >= most_key_parts) {
      return line;
    }
  }
  return std::nullopt;
}

}  // namespace

TomlDocument::TomlDocument(std::string name, std::string text)
    : name_(std::move(name)), text_(std::move(text)) {
  if (const auto line = line_of_long_key(text_))
    throw error_at(*line, 1, 1, format("a key has more than {} parts", most_key_parts), "");
  try {
    root_ = convert(toml::parse(std::string_view(text_)), "");
  } catch (const toml::parse_error& mistake) {
    const auto place = mistake.source().begin;
    throw error_at(static_cast<int>(place.line), static_cast<int>(place.column), 1,
                   format("not valid TOML: {}", mistake.description()), "");
  }
}

Error TomlDocument::error(const TomlNode& node, std::string cause, std::string hint) const {
  return error_at(node.line, node.column, node.length, std::move(cause), std::move(hint));
}

Error TomlDocument::error_at(int line, int column, int length, std::string cause, std::string hint) const {
  return Error("read", name_, std::move(cause), std::move(hint))
      .with_status(ExitStatus::wrong_usage)
      .with_detail(excerpt({name_, line, column}, text_, length));
}

TomlTable::TomlTable(const TomlDocument& document, const TomlNode& node, const Keys& known)
    : document_(&document), node_(&node) {
  if (node.kind != Kind::table)
    throw document.error(node, format("'{}' must be a table, not {}", node.name, name_of(node.kind)),
                         format("write [{}] on a line of its own", node.name));
  for (const auto& entry : node.entries) {
    if (std::ranges::find(known, entry.key) != known.end()) continue;
    throw document.error_at(entry.line, entry.column, static_cast<int>(entry.key.size()),
                            format("unknown key '{}'{}", entry.key, title()), suggest(entry.key, known));
  }
}

std::string TomlTable::title() const {
  return node_->name.empty() ? "" : format(" in [{}]", node_->name);
}

const TomlNode* TomlTable::find_any(std::string_view key) const {
  const auto found = std::ranges::find(node_->entries, key, &TomlEntry::key);
  return found == node_->entries.end() ? nullptr : &found->value;
}

const TomlNode* TomlTable::find(std::string_view key, Kind kind) const {
  const auto* value = find_any(key);
  if (value == nullptr || value->kind == kind) return value;
  throw document_->error(*value,
                         format("'{}' must be {}, not {}", value->name, name_of(kind), name_of(value->kind)));
}

const TomlNode& TomlTable::need(std::string_view key, Kind kind) const {
  const auto* value = find(key, kind);
  if (value == nullptr) throw document_->error(*node_, format("key '{}' is missing{}", key, title()));
  return *value;
}

std::optional<std::string> TomlTable::text(std::string_view key) const {
  const auto* value = find(key, Kind::text);
  return value == nullptr ? std::nullopt : std::optional(value->text);
}

std::optional<bool> TomlTable::boolean(std::string_view key) const {
  const auto* value = find(key, Kind::boolean);
  return value == nullptr ? std::nullopt : std::optional(value->boolean);
}

std::optional<std::int64_t> TomlTable::integer(std::string_view key, std::int64_t least,
                                               std::int64_t most) const {
  const auto* value = find(key, Kind::integer);
  if (value == nullptr) return std::nullopt;
  if (value->integer < least || value->integer > most)
    throw document_->error(*value, format("'{}' must be from {} to {}", value->name, least, most));
  return value->integer;
}

std::optional<double> TomlTable::number(std::string_view key, double least, double most) const {
  const auto* value = find_any(key);
  if (value == nullptr) return std::nullopt;
  if (value->kind != Kind::integer) value = find(key, Kind::real);
  const auto result = value->kind == Kind::integer ? static_cast<double>(value->integer) : value->real;
  // Written in this way so that "nan", for which every comparison is false, is refused too.
  if (!(result >= least && result <= most))
    throw document_->error(*value, format("'{}' must be from {} to {}", value->name, least, most));
  return result;
}

std::vector<const TomlNode*> TomlTable::texts(std::string_view key) const {
  std::vector<const TomlNode*> texts;
  const auto* value = find_any(key);
  if (value == nullptr) return texts;
  if (value->kind == Kind::text) return {value};
  for (const auto& item : find(key, Kind::array)->items) {
    if (item.kind != Kind::text)
      throw document_->error(item, format("'{}' must be a string, not {}", item.name, name_of(item.kind)));
    texts.push_back(&item);
  }
  return texts;
}

std::vector<std::string> TomlTable::plain_texts(std::string_view key) const {
  std::vector<std::string> plain;
  for (const auto* node : texts(key)) plain.push_back(node->text);
  return plain;
}

std::vector<const TomlEntry*> TomlTable::text_entries(std::string_view key) const {
  std::vector<const TomlEntry*> entries;
  const auto* value = find(key, Kind::table);
  if (value == nullptr) return entries;
  for (const auto& entry : value->entries) {
    if (entry.value.kind != Kind::text) throw document_->error(entry.value, "it must be a string");
    entries.push_back(&entry);
  }
  return entries;
}

std::optional<TomlTable> TomlTable::table(std::string_view key, const Keys& known) const {
  const auto* value = find_any(key);
  if (value == nullptr) return std::nullopt;
  return TomlTable(*document_, *value, known);
}

std::vector<TomlTable> TomlTable::tables(std::string_view key, const Keys& known) const {
  std::vector<TomlTable> tables;
  const auto* value = find_any(key);
  if (value == nullptr) return tables;
  if (value->kind != Kind::array)
    throw document_->error(*value, format("'{}' must be an array of tables", value->name),
                           format("write [[{}]] before each of them", value->name));
  for (const auto& item : value->items) tables.emplace_back(*document_, item, known);
  return tables;
}

Error TomlTable::unknown_value(const TomlNode& node, const std::vector<std::string_view>& known) const {
  const auto dot = node.name.rfind('.');
  const auto key = dot == std::string::npos ? node.name : node.name.substr(dot + 1);
  return document_->error(node, format("unknown {} '{}'", key, node.text), suggest(node.text, known));
}

std::map<std::string, std::string> text_map(const std::vector<const TomlEntry*>& entries) {
  std::map<std::string, std::string> map;
  for (const auto* entry : entries) map.emplace(entry->key, entry->value.text);
  return map;
}

}  // namespace lbundle
