// What `--version` prints.
#pragma once

#include <string>

namespace lbundle::cli {

// Returns the version of lbundle, and the version of each library that it was built with whose bytes or
// judgement end up in a bundle. No final newline.
std::string version_text();

}  // namespace lbundle::cli
