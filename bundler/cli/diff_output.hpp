// What `lbundle diff` prints.
#pragma once

#include <string>

#include "package/diff.hpp"
#include "report/terminal.hpp"

namespace lbundle::cli {

// All texts end with a newline. Sizes in JSON are bytes, and null if a side has none (a folder is not
// zipped).
std::string diff_text(const SizeDiff& changes, const TextStyle& style);
std::string diff_json(const SizeDiff& changes);
std::string diff_markdown(const SizeDiff& changes);

}  // namespace lbundle::cli
