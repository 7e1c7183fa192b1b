// What rules/libraries.toml says about shared C libraries, whichever package brings them. The grammar is in
// rules/README.md.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace lbundle {

// Libraries that come for one package alone, which is linked to them. No other code knows their names, so
// code that this package cannot call can be removed.
struct PrivateLibrary {
  std::vector<std::string> libraries;             // by stem; names here may end in "*"
  std::vector<std::string> looked_up;             // names of functions that are looked up at run time
  std::map<std::string, std::string> stands_for;  // exported objects, and the objects that replace them
};

// The private libraries in our own rules/libraries.toml. Throws BrokenAssumption if that file is wrong.
const std::vector<PrivateLibrary>& private_libraries();
// The private libraries in one such file. Its arguments and errors are those of parse_codec_libraries.
std::vector<PrivateLibrary> parse_private_libraries(const std::string& file, const std::string& text);

// True if one of `names` equals `name`, or ends in "*" and `name` begins with the part before it.
bool is_one_of(const std::vector<std::string>& names, std::string_view name);

// The stems ("libwebp" of libwebp.so.7) of libraries that add a format or a protocol to the library that
// needs them. Throws BrokenAssumption if our own file is wrong.
const std::set<std::string>& codec_libraries();

// The codec libraries in one such file. `file` is its name as messages show it. Throws Error with the place
// of a mistake.
std::set<std::string> parse_codec_libraries(const std::string& file, const std::string& text);

}  // namespace lbundle
