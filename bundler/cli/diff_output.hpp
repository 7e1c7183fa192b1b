// What `lbundle diff` prints.
#pragma once

#include <string>

#include "report/terminal.hpp"
#include "stages/diff.hpp"

namespace lbundle::cli {

// All end with a newline. Sizes in JSON are bytes, null where a side has none (a folder is not zipped).
std::string diff_text(const SizeDiff& changes, const TextStyle& style);
std::string diff_json(const SizeDiff& changes);
std::string diff_markdown(const SizeDiff& changes);

}  // namespace lbundle::cli
