#include "cli/completions.hpp"

namespace lbundle::cli {

std::string completions(const CommandTree& tree, Shell shell) {
  switch (shell) {
    case Shell::bash:
      return bash_completions(tree);
    case Shell::fish:
      return fish_completions(tree);
    case Shell::zsh:
      return zsh_completions(tree);
  }
  return "";
}

}  // namespace lbundle::cli
