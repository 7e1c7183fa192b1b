// The files of rules/, which are part of the program.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/error.hpp"

namespace lbundle {

struct RuleFile {
  std::string path;  // from the source tree's root: "rules/tools.toml"
  std::string text;
};

// Returns the rule files whose paths begin with `beginning`, a folder ("rules/npm/") or one file, in the
// order of their paths. A program without any such file is broken: throws BrokenAssumption.
std::vector<RuleFile> embedded_rule_files(std::string_view beginning);

// The same error as a mistake of ours: the user can do nothing about a rule file that cannot be read.
BrokenAssumption broken_rule_file(const Error& error);

// Returns what `parse` (path and text -> any value) reads from each of these files that is TOML. An Error of
// `parse` becomes a BrokenAssumption.
template <typename Parse>
auto parse_embedded_rules(std::string_view beginning, const Parse& parse) {
  std::vector<decltype(parse(std::string(), std::string()))> parsed;
  try {
    for (const auto& [path, text] : embedded_rule_files(beginning))
      if (path.ends_with(".toml")) parsed.push_back(parse(path, text));
  } catch (const Error& error) {
    throw broken_rule_file(error);
  }
  return parsed;
}

// The same for a single file.
template <typename Parse>
auto parse_embedded_rule_file(std::string_view path, const Parse& parse) {
  return std::move(parse_embedded_rules(path, parse).front());
}

}  // namespace lbundle
