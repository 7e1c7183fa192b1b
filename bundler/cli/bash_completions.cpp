// Bash splits the line into COMP_WORDS and gets the answer in COMPREPLY. `--level=trace` is three words
// there, because "=" is in COMP_WORDBREAKS.
#include "cli/completions.hpp"
#include "model/text.hpp"

namespace lbundle::cli {

namespace {

constexpr const char* bash_functions = R"(# Completes lbundle in bash. `lbundle completions bash` prints it.

_lbundle_words() {
  mapfile -t COMPREPLY < <(compgen -W "$1" -- "$current")
}

_lbundle_files() {
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen -f -- "$current")
}

_lbundle_folders() {
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen -d -- "$current")
}

# Sets `position` to the number of arguments before the current word. $1: the options that have a value.
_lbundle_count() {
  local i word
  position=0
  for ((i = command_at + 1; i < COMP_CWORD; ++i)); do
    word=${COMP_WORDS[i]}
    if [[ " $1 " == *" $word "* ]]; then
      i=$((i + 1))
      if [[ ${COMP_WORDS[i]} == "=" ]]; then i=$((i + 1)); fi
    elif [[ $word != -* ]]; then
      position=$((position + 1))
    fi
  done
}

# Completes the words after `--`, which are another program's command line.
_lbundle_other_program() {
  if ((COMP_CWORD == $1 + 1)); then
    mapfile -t COMPREPLY < <(compgen -c -- "$current")
  else
    _lbundle_files
  fi
}

_lbundle() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command="" command_at=0 position=0 i
  COMPREPLY=()
  if [[ $current == "=" ]]; then
    current=""
  elif [[ $previous == "=" ]]; then
    previous=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  for ((i = 1; i < COMP_CWORD; ++i)); do
    if [[ ${COMP_WORDS[i]} == -- ]]; then
      _lbundle_other_program "$i"
      return
    fi
    if [[ -z $command && ${COMP_WORDS[i]} != -* ]]; then
      command=${COMP_WORDS[i]}
      command_at=$i
    fi
  done
  case $command in
)";

std::string bash_joined(const std::vector<std::string>& words, const char* between = " ") {
  std::string joined;
  for (const auto& word : words) joined += (joined.empty() ? "" : between) + word;
  return joined;
}

std::vector<std::string> names_of_options(const CommandForm& command, bool only_with_value) {
  std::vector<std::string> names;
  for (const auto& option : command.options) {
    if (only_with_value && option.value.empty()) continue;
    names.insert(names.end(), option.names.begin(), option.names.end());
  }
  return names;
}

// The call that completes a value.
std::string bash_call(ValueKind kind, const std::vector<std::string>& choices) {
  if (kind == ValueKind::choice) return format("_lbundle_words '{}'", bash_joined(choices));
  if (kind == ValueKind::file) return "_lbundle_files";
  return kind == ValueKind::folder ? "_lbundle_folders" : ":";
}

std::string bash_branch(const CommandForm& command) {
  auto text = format("    {})\n      case $previous in\n", command.name);
  for (const auto& option : command.options) {
    if (option.value.empty()) continue;
    text += format("        {}) {}; return ;;\n", bash_joined(option.names, " | "),
                   bash_call(option.kind, option.choices));
  }
  text += format("      esac\n      if [[ $current == -* ]]; then _lbundle_words '{}'; return; fi\n",
                 bash_joined(names_of_options(command, false)));
  if (!command.arguments.empty()) {
    text += format("      _lbundle_count '{}'\n      case $position in\n",
                   bash_joined(names_of_options(command, true)));
    std::size_t position = 0;
    for (const auto& argument : command.arguments)
      text += format("        {}) {} ;;\n", position++, bash_call(argument.kind, argument.choices));
    text += "      esac\n";
  }
  return text + "      ;;\n";
}

}  // namespace

std::string bash_completions(const CommandTree& tree) {
  std::string text = bash_functions;
  std::vector<std::string> first;
  for (const auto& command : tree.commands) first.push_back(command.name);
  text += format(
      "    \"\")\n      if [[ $current == -* ]]; then _lbundle_words '{}'; else _lbundle_words '{}'; fi\n    "
      "  ;;\n",
      bash_joined(names_of_options(tree.root, false)), bash_joined(first));
  for (const auto& command : tree.commands) text += bash_branch(command);
  return text + "  esac\n}\n\ncomplete -F _lbundle lbundle\n";
}

}  // namespace lbundle::cli
