// When two names are one to a file system that ignores case or normal form, as those of macOS and Windows do.
#pragma once

#include <string>
#include <string_view>

namespace lbundle::zip {

// Equal for names that such a file system takes as the same: Unicode case folding, then composition (NFC). A
// name that is not UTF-8 is its own key.
std::string name_key(std::string_view name);

bool is_utf8(std::string_view name);

}  // namespace lbundle::zip
