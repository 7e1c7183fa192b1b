// YAML as values with their tags and lines. No other code calls the library that parses YAML.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/host_path.hpp"

namespace lbundle::init {

struct YamlNode {
  enum class Kind { none, text, list, table };

  Kind kind = Kind::none;
  std::string tag;   // CloudFormation's: "!Ref"; empty for YAML's own tags
  std::string text;  // of a scalar, whatever its type is
  int line = 0;      // from 1
  std::vector<YamlNode> items;
  std::vector<std::pair<std::string, YamlNode>> entries;  // in the order of the file

  // The value of a key, also of a table that "<<" merges in. A node of kind none if there is none. The
  // reference lives as long as this node.
  const YamlNode& operator[](std::string_view key) const;
  bool is_there() const { return kind != Kind::none; }
};

// Reads the first document of a file. Throws Error with the file's name as `shown_name`, and with the line
// and column of a mistake.
YamlNode read_yaml(const HostPath& file, const std::string& shown_name);
YamlNode parse_yaml(const std::string& text, const std::string& shown_name);

}  // namespace lbundle::init
