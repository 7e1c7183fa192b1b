// What rules/libraries.toml knows of shared C libraries, whichever package brings them. The grammar is in
// rules/README.md.
#pragma once

#include <set>
#include <string>

namespace lbundle {

// Stems of libraries ("libwebp" of libwebp.so.7) that bring a format or a protocol to the library that needs
// them. Throws BrokenAssumption if our own file is wrong.
const std::set<std::string>& codec_libraries();

// Those that one such file names; throws Error with the place of a mistake. `file` is its name as it should
// be shown.
std::set<std::string> parse_codec_libraries(const std::string& file, const std::string& text);

}  // namespace lbundle
