// The tables in which a module that Cython compiled has its texts, since Cython 3.2.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "os/bytes.hpp"

namespace lbundle {

// True if `file` is a module that Cython compiled, of any release.
bool is_of_cython(std::string_view file);

// All texts of a module, one directly after the other.
struct CythonTable {
  std::string joined;
  // The texts one by one, if the array of their lengths was found. There may be more at the end that are no
  // texts.
  std::vector<std::string> texts;
};

// The tables in `data`, which is a part of a file that the loader maps: plain, compressed by zlib, or by
// Cython's own LZSS. Empty if there are none.
std::vector<CythonTable> cython_tables(ByteView data);

}  // namespace lbundle
