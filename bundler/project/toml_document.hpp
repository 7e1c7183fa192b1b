// TOML values with their types and places. No other code calls the library that parses TOML.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/error.hpp"
#include "project/source_location.hpp"

namespace lbundle {

struct TomlEntry;

// One value. Only the member for its `kind` has a meaning.
struct TomlNode {
  enum class Kind { table, array, text, integer, real, boolean, moment };

  Kind kind = Kind::table;
  std::string name;  // as errors show it: "function.runtime", "event[2].files"; empty for the document
  int line = 0, column = 0, length = 1;
  std::vector<TomlEntry> entries;  // table: in the order of the file
  std::vector<TomlNode> items;     // array
  std::string text;
  std::int64_t integer = 0;
  double real = 0;
  bool boolean = false;
};

struct TomlEntry {
  std::string key;
  int line = 0, column = 0;  // of the key
  TomlNode value;
};

// A parsed file. It cannot be moved, because tables refer to it.
class TomlDocument {
 public:
  // `name` is the file's name as messages show it. Throws Error (wrong_usage) with the place if `text` is not
  // TOML.
  TomlDocument(std::string name, std::string text);
  TomlDocument(const TomlDocument&) = delete;
  TomlDocument& operator=(const TomlDocument&) = delete;

  const TomlNode& root() const { return root_; }
  SourceLocation location(const TomlNode& node) const { return {name_, node.line, node.column}; }
  // "cannot read 'NAME': CAUSE" with the node's line and a caret below it; status wrong_usage.
  Error error(const TomlNode& node, std::string cause, std::string hint = {}) const;
  Error error_at(int line, int column, int length, std::string cause, std::string hint) const;

 private:
  std::string name_, text_;
  TomlNode root_;
};

// One table of the document, with the keys that it may have. Every mistake is thrown as a
// TomlDocument::error.
class TomlTable {
 public:
  using Keys = std::vector<std::string_view>;

  // Throws if `node` is not a table, or if it has a key that is not in `known`; the hint names the nearest
  // known key, or all of them.
  TomlTable(const TomlDocument& document, const TomlNode& node, const Keys& known);

  const TomlDocument& document() const { return *document_; }
  const TomlNode& node() const { return *node_; }

  // Null if there is no such key. `find` and `need` throw if the value is of another kind, and `need` also if
  // there is no such key.
  const TomlNode* find(std::string_view key, TomlNode::Kind kind) const;
  const TomlNode& need(std::string_view key, TomlNode::Kind kind) const;
  const TomlNode* find_any(std::string_view key) const;

  std::optional<std::string> text(std::string_view key) const;
  std::optional<bool> boolean(std::string_view key) const;
  // Both bounds are included. `number` also accepts whole numbers.
  std::optional<std::int64_t> integer(std::string_view key, std::int64_t least, std::int64_t most) const;
  std::optional<double> number(std::string_view key, double least, double most) const;
  // The strings of an array, or the single string in its place; empty if there is no such key.
  std::vector<const TomlNode*> texts(std::string_view key) const;
  // The same without their places.
  std::vector<std::string> plain_texts(std::string_view key) const;
  // The entries of the table `key`, which may have any names; each value is a string. Empty if there is no
  // such key.
  std::vector<const TomlEntry*> text_entries(std::string_view key) const;
  // Returns `fallback` if there is no such key. Throws if the value is not one of `names`; the hint names the
  // nearest one, or all of them.
  template <typename Value>
  Value choice(std::string_view key, std::initializer_list<std::pair<std::string_view, Value>> names,
               Value fallback) const {
    const auto* node = find(key, TomlNode::Kind::text);
    if (node == nullptr) return fallback;
    std::vector<std::string_view> known;
    for (const auto& [name, value] : names) {
      if (node->text == name) return value;
      known.push_back(name);
    }
    throw unknown_value(*node, known);
  }
  std::optional<TomlTable> table(std::string_view key, const Keys& known) const;
  // The tables of an array of tables; empty if there is no such key.
  std::vector<TomlTable> tables(std::string_view key, const Keys& known) const;

  // "unknown KEY 'VALUE'". The hint names the nearest of `known`, or all of them.
  Error unknown_value(const TomlNode& node, const std::vector<std::string_view>& known) const;

 private:
  std::string title() const;

  const TomlDocument* document_;
  const TomlNode* node_;
};

// The same entries by name.
std::map<std::string, std::string> text_map(const std::vector<const TomlEntry*>& entries);

}  // namespace lbundle
