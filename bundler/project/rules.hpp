// Rules: what is known about packages and no trace can show. They are data, in rules/*.toml; the grammar is
// in rules/README.md.
#pragma once

#include <string>
#include <vector>

#include "model/distribution.hpp"
#include "model/glob.hpp"
#include "project/runtime.hpp"
#include "project/source_location.hpp"

namespace lbundle {

enum class RuleAction {
  keep,         // keep `files` if something else of the distribution is kept, whatever the trace says
  drop,         // drop `files` unless evidence, a need or a `keep` asks for them
  with,         // keep `files` if any file of `when` is kept
  family,       // keep all of `files` if any of them is kept
  environment,  // keep what the function's environment variable `variable` points to
  mentioned,    // keep `files` if a module of another distribution has one of `names` in its text
  called,       // keep `named_files` of each constant that a kept module passes to one of `calls`
};

const char* to_text(RuleAction action);

struct Rule {
  RuleAction action = RuleAction::keep;
  std::vector<Glob> files;
  // For `drop`, of npm packages: globs below the folder of any package. The folder's own name does not count.
  std::vector<Glob> inside;
  std::vector<Glob> when;  // for `with`
  std::string variable;    // for `environment`
  // For `mentioned`: dotted names of imports ("PIL.Image.open"), or constants.
  std::vector<std::string> names;
  // For `called`: functions by the last part of their names, and globs in which "{name}" represents the
  // constant.
  std::vector<std::string> calls, named_files;
  // For `called`: names of modules in which "{name}" represents the constant. `first`: the constant counts
  // only as the second argument behind one of these, or behind one that only the run knows.
  std::vector<std::string> modules, first;
  // For `called`, of Python: the name of the functions' first parameter. If it is given, a name that the
  // function's own code computes counts as any name, provided that the code imports one of `users`.
  std::string parameter;
  std::vector<std::string> users;
  std::string distribution;  // the rule applies only if this one is staged; empty: always
  std::string versions;      // of the distribution, a PEP 440 specifier; empty: all
  std::string reason;        // one sentence
  SourceLocation location;

  // For `called`: the globs for the constant `name`. None if `name` cannot be part of a file's name.
  std::vector<Glob> files_of(std::string_view name) const;

  // For `called`: the names of modules for the constant `name`.
  std::vector<std::string> modules_of(std::string_view name) const;

  // True if the rule applies to a tree with these distributions.
  bool applies_to(const Distributions& distributions) const;
};

// lbundle's own rules for functions in `language`, in the order of their files' names. They are embedded in
// the program. Throws BrokenAssumption if our own files are wrong.
const std::vector<Rule>& built_in_rules(Language language = Language::python);

// The rules of one file. `file` is its name as messages show it. Throws Error with the place of a mistake.
std::vector<Rule> parse_rules(const std::string& file, const std::string& text);

}  // namespace lbundle
