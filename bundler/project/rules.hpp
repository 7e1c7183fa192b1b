// Rules: what is known of packages and no trace can tell. Data, in rules/*.toml; the grammar is in
// rules/README.md.
#pragma once

#include <string>
#include <vector>

#include "model/distribution.hpp"
#include "model/glob.hpp"
#include "project/runtime.hpp"
#include "project/source_location.hpp"

namespace lbundle {

enum class RuleAction {
  keep,         // whatever the trace says, where something else of the distribution is kept
  drop,         // what neither evidence nor a necessity nor a `keep` asks for
  with,         // `files` are kept where any file of `when` is kept
  family,       // all of `files` are kept where any of them is
  environment,  // what the function's environment variable `variable` points to is kept
  mentioned,    // `files` are kept where a module of another distribution has one of `names` in its text
  called,       // `named_files` of a constant that a kept module hands to one of the functions `calls`
};

const char* to_text(RuleAction action);

struct Rule {
  RuleAction action = RuleAction::keep;
  std::vector<Glob> files;
  std::vector<Glob> when;  // for `with`
  std::string variable;    // for `environment`
  // For `mentioned`: dotted names of what is imported ("PIL.Image.open"), or constants.
  std::vector<std::string> names;
  // For `called`: functions by the last part of their names, and globs in which "{name}" stands for the
  // constant.
  std::vector<std::string> calls, named_files;
  std::string distribution;  // applies only where this one is staged; empty: always
  std::string versions;      // of the distribution, a PEP 440 specifier; empty: all
  std::string reason;        // one sentence
  SourceLocation location;

  // For `called`: the globs for the constant `name`; none where it could not be part of a file's name.
  std::vector<Glob> files_of(std::string_view name) const;

  // Whether the rule speaks of a tree with these distributions.
  bool applies_to(const Distributions& distributions) const;
};

// lbundle's own rules for functions in `language`, embedded in the program, in the order of their files'
// names. Throws BrokenAssumption if our own files are wrong.
const std::vector<Rule>& built_in_rules(Language language = Language::python);

// The rules of one file; throws Error with the place of a mistake. `file` is its name as it should be shown.
std::vector<Rule> parse_rules(const std::string& file, const std::string& text);

}  // namespace lbundle
