// The slow encoder behind Level::max.
#pragma once

#include <string>

#include "os/bytes.hpp"

namespace lbundle::zip {

// A deflate stream of `content`, which libdeflate's best level makes `best_size` bytes large; empty where
// that says that no effort pays. It may be larger than `best_size`.
Bytes strong_deflate(ByteView content, std::size_t best_size);

std::string strong_deflate_version();

}  // namespace lbundle::zip
