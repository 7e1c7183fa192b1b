// Programs with which shells complete the command line of lbundle.
#pragma once

#include <string>

#include "cli/command_tree.hpp"

namespace lbundle::cli {

enum class Shell { bash, fish, zsh };

// Returns the program for `shell`. It completes commands, options, choices, files and folders, and has all of
// them in its text: it never runs lbundle.
std::string completions(const CommandTree& tree, Shell shell);

// The programs of each shell.
std::string bash_completions(const CommandTree& tree);
std::string fish_completions(const CommandTree& tree);
std::string zsh_completions(const CommandTree& tree);

}  // namespace lbundle::cli
