// What `--version` tells.
#pragma once

#include <string>

namespace lbundle::cli {

// The version of lbundle, and of each library whose bytes or judgement end up in a bundle. No final newline.
std::string version_text();

}  // namespace lbundle::cli
