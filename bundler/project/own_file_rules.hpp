// Which files beside a handler are not the function's own: rules/own-files.toml.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/glob.hpp"
#include "project/source_location.hpp"

namespace lbundle {

inline constexpr std::string_view own_file_rules_path = "rules/own-files.toml";

// Files that are left out, and why.
struct LeftOutRule {
  std::vector<Glob> globs;
  std::string reason;  // what they are: "version control"
  SourceLocation location;
  bool quiet = false;  // they come by themselves, so a report does not list them
};

// Folders in the project's folder whose files are bundled only if something leads to them.
struct ByReachRule {
  std::vector<std::string> folders;  // names
  bool named_by_any = false;         // any kept code may name the folder; otherwise only the function's own
  std::string reason;                // why a file in them is dropped
  SourceLocation location;
};

struct OwnFileRules {
  std::vector<LeftOutRule> never;        // globs over names of files and folders; not even staged
  std::vector<LeftOutRule> unless_used;  // globs over paths below the project's folder
  std::vector<ByReachRule> by_reach;

  // The rule of `never` for a file or folder of this name; null if there is none.
  const LeftOutRule* never_own(std::string_view name) const;
  // The rule for a file at this path below the project's folder; null if there is none.
  const LeftOutRule* unless_used_at(std::string_view path) const;
  const ByReachRule* by_reach_at(std::string_view path) const;
};

// The rules that are part of the program. Throws BrokenAssumption if they are wrong.
const OwnFileRules& own_file_rules();
// The rules of such a file. Throws Error with the place of a mistake.
OwnFileRules parse_own_file_rules(const std::string& file, const std::string& text);

}  // namespace lbundle
