// Names that native code contains as texts: modules that it imports, libraries and data that it opens.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cache/store.hpp"

namespace lbundle {

// Texts of name characters only: letters, digits, "_", ".", "-", "+", ":" and all bytes beyond ASCII.
struct NativeNames {
  // Texts that follow each other without a mark between them.
  struct Run {
    std::string text;
    // Where in `text` a text may begin or end, sorted. Empty if that may be anywhere.
    std::vector<std::uint32_t> marks;
  };

  std::vector<std::string> whole;  // texts whose begin and end are known, sorted, without duplicates
  std::vector<Run> runs;
  // Texts of paths in which printf, str.format or std::format fill something in, or to which code adds
  // something, with Mark::hole there, sorted.
  std::vector<std::string> patterns;
  bool is_readable = true;  // false if Cython compiled the file and its table of texts was not found

  // The `whole` texts that name a library ("libfoo.so.1").
  std::vector<std::string> libraries() const;
};

// The names in `content`, as compilers and linkers store them:
//
//   - C and C++: NUL ends a text. Where nothing ends the text before, a text begins where an address refers
//     to it, because linkers store a text inside a longer one that ends the same.
//   - mypyc: C strings with a count and literals, each after its length.
//   - Cython: C strings; since 3.2 one table (cython_tables.hpp).
//   - Rust and Go: runs, and texts begin and end where an address refers to them.
//
// The result is cached by content. Throws Error if the file cannot be read.
NativeNames native_names(const Content& content, const Store& store);

// The same for the bytes of a file, without a cache.
NativeNames names_in_native(ByteView file);

}  // namespace lbundle
