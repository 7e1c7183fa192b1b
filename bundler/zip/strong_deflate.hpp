// The slow encoder behind Level::max.
#pragma once

#include <string>

#include "os/bytes.hpp"

namespace lbundle::zip {

// A deflate stream of `content`, empty where a probe says that no effort pays (content that hardly compresses
// at all).
Bytes strong_deflate(ByteView content);

std::string strong_deflate_version();

}  // namespace lbundle::zip
