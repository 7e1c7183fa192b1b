#include "project/embedded_rules.hpp"

#include "embedded/rules.hpp"

namespace lbundle {

std::vector<RuleFile> embedded_rule_files(std::string_view beginning) {
  std::vector<RuleFile> files;
  for (const auto& [path, text] : embedded_rules)
    if (path.starts_with(beginning)) files.push_back({std::string(path), std::string(text)});
  if (files.empty()) throw BrokenAssumption(std::string(beginning) + " is embedded");
  return files;
}

BrokenAssumption broken_rule_file(const Error& error) {
  return BrokenAssumption(std::string(error.what()) + '\n' + error.detail());
}

}  // namespace lbundle
