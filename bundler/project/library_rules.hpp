// What rules/libraries.toml knows of shared C libraries, whichever package brings them. The grammar is in
// rules/README.md.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace lbundle {

// Libraries that come for one package alone, which is linked to them: nobody else knows their names, so code
// that it cannot call can go.
struct PrivateLibrary {
  std::vector<std::string> libraries;             // by stem; names here may end in "*"
  std::vector<std::string> looked_up;             // of functions that are found at run time all the same
  std::map<std::string, std::string> stands_for;  // exported objects, and those that are taken instead
};

// Those that rules/libraries.toml names. Throws BrokenAssumption if our own file is wrong.
const std::vector<PrivateLibrary>& private_libraries();
// Those that one such file names, as parse_codec_libraries.
std::vector<PrivateLibrary> parse_private_libraries(const std::string& file, const std::string& text);

// Whether one of `names` is `name`, or ends in "*" and is its begin up to there.
bool is_one_of(const std::vector<std::string>& names, std::string_view name);

// Stems of libraries ("libwebp" of libwebp.so.7) that bring a format or a protocol to the library that needs
// them. Throws BrokenAssumption if our own file is wrong.
const std::set<std::string>& codec_libraries();

// Those that one such file names; throws Error with the place of a mistake. `file` is its name as it should
// be shown.
std::set<std::string> parse_codec_libraries(const std::string& file, const std::string& text);

}  // namespace lbundle
