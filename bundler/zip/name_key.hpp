// Finds names that are the same to a file system that ignores case or Unicode normal form, as those of
// macOS and Windows do.
#pragma once

#include <string>
#include <string_view>

namespace lbundle::zip {

// A key that is equal for names that such a file system treats as the same: Unicode case folding, then
// composition (NFC). A name that is not UTF-8 is its own key.
std::string name_key(std::string_view name);

bool is_utf8(std::string_view name);

}  // namespace lbundle::zip
