// Fish asks each `complete` line whose condition (-n) holds.
#include "cli/completions.hpp"
#include "model/text.hpp"

namespace lbundle::cli {

namespace {

constexpr const char* fish_functions = R"(# Completes lbundle in fish. `lbundle completions fish` prints it.

function __lbundle_needs_command
    test (count (commandline --tokenize --cut-at-cursor --current-process)) -eq 1
end

# Is the command the one of this name?
function __lbundle_command_is
    set -l words (commandline --tokenize --cut-at-cursor --current-process)
    test (count $words) -ge 2; and test "$words[2]" = "$argv[1]"
end

complete -c lbundle -f
)";

std::string fish_quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "'";
}

std::string fish_joined(const std::vector<std::string>& words) {
  std::string joined;
  for (const auto& word : words) joined += (joined.empty() ? "" : " ") + word;
  return fish_quoted(joined);
}

// What `complete` needs to complete a value of an option; -x forbids files, -r says that there is a value.
std::string fish_value(const OptionForm& option) {
  switch (option.kind) {
    case ValueKind::none:
      return "";
    case ValueKind::text:
      return " -x";
    case ValueKind::file:
      return " -r -F";
    case ValueKind::folder:
      return " -x -a '(__fish_complete_directories)'";
    case ValueKind::choice:
      return " -x -a " + fish_joined(option.choices);
  }
  return "";
}

std::string fish_option(const std::string& condition, const OptionForm& option) {
  auto line = format("complete -c lbundle -n {}", fish_quoted(condition));
  for (const auto& name : option.names)
    line += name.starts_with("--") ? format(" -l {}", name.substr(2)) : format(" -s {}", name.substr(1));
  return line + fish_value(option) + format(" -d {}\n", fish_quoted(option.description));
}

std::string fish_argument(const std::string& condition, const ArgumentForm& argument) {
  std::string value;
  if (argument.kind == ValueKind::choice) value = "-a " + fish_joined(argument.choices);
  if (argument.kind == ValueKind::file) value = "-F";
  if (argument.kind == ValueKind::folder) value = "-a '(__fish_complete_directories)'";
  if (value.empty()) return "";
  return format("complete -c lbundle -n {} {}\n", fish_quoted(condition), value);
}

}  // namespace

std::string fish_completions(const CommandTree& tree) {
  std::string text = fish_functions;
  for (const auto& option : tree.root.options) text += fish_option("__lbundle_needs_command", option);
  for (const auto& command : tree.commands)
    text += format("complete -c lbundle -n __lbundle_needs_command -a {} -d {}\n", command.name,
                   fish_quoted(command.description));
  for (const auto& command : tree.commands) {
    const auto condition = "__lbundle_command_is " + command.name;
    text += '\n';
    for (const auto& option : command.options) text += fish_option(condition, option);
    for (const auto& argument : command.arguments) text += fish_argument(condition, argument);
  }
  return text;
}

}  // namespace lbundle::cli
