// Names of files, searched for in the texts of a program.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "model/bundle_path.hpp"
#include "os/bytes.hpp"

namespace lbundle {

// The fewest characters of a name that is searched for. Shorter ones occur in any program by chance.
inline constexpr std::size_t shortest_sought_name = 4;

// A path, or the folder of one, as it is searched for in text.
struct SoughtName {
  std::string text;
  bool is_folder = false;  // means everything below it
  bool whole = false;      // counts only if no other path character is next to it
  BundlePath path;
  bool only_joined = false;  // counts only in joined texts
};

// How texts are stored in a program: each with an end mark, or directly one after the other.
enum class Texts { ended, joined };

// Joined if Go's or Rust's compiler wrote the program: they store the lengths of texts elsewhere.
Texts texts_of(std::string_view program);

// Returns the sorted indices of those `names` that occur in `text`. In joined texts no character shows where
// a name ends. So there a name that should be whole counts anywhere, unless it is shorter than 5 characters.
//
// Linkers store "rates.bin" inside "old_rates.bin". So a name that should be whole and that a NUL ends counts
// within a longer name too, if `may_begin` says of its offset that a text may begin there.
std::vector<std::size_t> names_in(std::string_view text, const std::vector<SoughtName>& names,
                                  Texts texts = Texts::ended,
                                  const std::function<bool(std::size_t)>& may_begin = {});

// Where a text may begin within a longer one: in native code, where an address refers to it. Other files,
// such as gconv's cache, have offsets in forms of their own, so there it may be anywhere. `file` must outlive
// the result, which reads it only when it is first asked.
std::function<bool(std::size_t)> begins_of_texts(ByteView file);

}  // namespace lbundle
