// Zsh's _arguments takes one specification for each option and each argument: '--name=[text]:value:action'.
#include "cli/completions.hpp"
#include "model/text.hpp"

namespace lbundle::cli {

namespace {

constexpr const char* zsh_start = R"(#compdef lbundle
# Completes lbundle in zsh. `lbundle completions zsh` prints it.

_lbundle() {
  local context state state_descr line ret=1 separator
  typeset -A opt_args
  # The words after `--` are another program's command line.
  separator=${words[(i)--]}
  if (( separator < CURRENT )); then
    words=("${(@)words[separator + 1, -1]}")
    (( CURRENT -= separator ))
    _normal
    return
  fi
)";

constexpr const char* zsh_end = R"(      esac
      ;;
  esac
  return ret
}

# The file works as a function in a folder of $fpath, and by `source`.
if [[ $funcstack[1] == _lbundle ]]; then
  _lbundle "$@"
else
  compdef _lbundle lbundle
fi
)";

std::string zsh_escaped(const std::string& text, std::string_view special) {
  std::string escaped;
  for (const char c : text) {
    if (special.find(c) != std::string_view::npos) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string zsh_quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

std::string zsh_action(ValueKind kind, const std::vector<std::string>& choices) {
  if (kind == ValueKind::file) return "_files";
  if (kind == ValueKind::folder) return "_files -/";
  if (kind != ValueKind::choice) return " ";
  std::string list;
  for (const auto& choice : choices) list += (list.empty() ? "" : " ") + choice;
  return "(" + list + ")";
}

// One specification for each name of the option. The names exclude each other, unless it may be repeated.
std::string zsh_option(const OptionForm& option) {
  std::string others, text;
  for (const auto& name : option.names) others += (others.empty() ? "" : " ") + name;
  for (const auto& name : option.names) {
    auto specification = option.may_repeat ? std::string("*") : format("({})", others);
    specification += name;
    if (!option.value.empty()) specification += name.starts_with("--") ? "=" : "+";
    specification += format("[{}]", zsh_escaped(option.description, "[]\\"));
    if (!option.value.empty())
      specification += format(":{}:{}", option.kind == ValueKind::choice ? "value" : option.value,
                              zsh_action(option.kind, option.choices));
    text += " \\\n            " + zsh_quoted(specification);
  }
  return text;
}

std::string zsh_branch(const CommandForm& command) {
  auto text = format("        {})\n          _arguments -s", command.name);
  for (const auto& option : command.options) text += zsh_option(option);
  for (const auto& argument : command.arguments)
    text +=
        " \\\n            " + zsh_quoted(format("{}:{}:{}", argument.is_required ? "" : ":", argument.name,
                                                zsh_action(argument.kind, argument.choices)));
  return text + " && ret=0\n          ;;\n";
}

std::string zsh_commands(const CommandTree& tree) {
  std::string text = "  local -a commands=(\n";
  for (const auto& command : tree.commands)
    text += "    " + zsh_quoted(command.name + ":" + zsh_escaped(command.description, ":\\")) + "\n";
  return text + "  )\n";
}

}  // namespace

std::string zsh_completions(const CommandTree& tree) {
  auto text = zsh_start + zsh_commands(tree) + "  _arguments -C";
  for (const auto& option : tree.root.options) text += zsh_option(option);
  text +=
      " \\\n            ': :->command' \\\n            '*::: :->arguments' && ret=0\n"
      "  case $state in\n"
      "    command)\n      _describe -t commands command commands && ret=0\n      ;;\n"
      "    arguments)\n"
      "      words=($line[1] \"${words[@]}\")\n"
      "      (( CURRENT += 1 ))\n"
      "      case $line[1] in\n";
  for (const auto& command : tree.commands) text += zsh_branch(command);
  return text + zsh_end;
}

}  // namespace lbundle::cli
