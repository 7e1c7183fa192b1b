// The commands with their options and arguments, as values: the one source of completions, of the manual page
// and of `lbundle help --format json`.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace lbundle::cli {

// What a value names on the command line, so that shells can complete it.
enum class ValueKind { none, text, file, folder, choice };
// "none" and so on.
const char* to_text(ValueKind kind);

struct OptionForm {
  std::vector<std::string> names;  // "-o", "--output"; the short ones first
  std::string description;
  std::string value;                 // "ZIP", or "none|package|reach|trace"; empty: it is a flag
  ValueKind kind = ValueKind::none;  // `none` for a flag
  std::vector<std::string> choices;  // all values, for `choice`
  bool is_required = false;
  bool may_repeat = false;
};

// A word without a name, such as DIR.
struct ArgumentForm {
  std::string name;
  std::string description;
  ValueKind kind = ValueKind::text;
  std::vector<std::string> choices;
  bool is_required = false;
};

struct CommandForm {
  std::string name;
  std::string description;
  std::string footer;
  std::vector<ArgumentForm> arguments;
  std::vector<OptionForm> options;
};

// `root` has the name "lbundle" and the options that need no command.
struct CommandTree {
  CommandForm root;
  std::vector<CommandForm> commands;  // in the order of the help
};

// Reads the tree from CLI11. The name of a value says what it is: ZIP, FILE, LOG, OLD, NEW and PATH are
// files, DIR, TREE and LAYOUT folders, RUNTIME a known runtime, COMMAND a command, and "a|b" is a choice.
CommandTree command_tree_of(const CLI::App& app);

// The tree as JSON, for `lbundle help --format json`. If `command` is not empty, only that command.
std::string command_tree_json(const CommandTree& tree, const std::string& command);

}  // namespace lbundle::cli
