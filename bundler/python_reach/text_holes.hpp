// Texts with holes, as the analysis of a source gives them (lbundle_scripts/text_holes.py): a hole is any
// text, also an empty one and one with slashes.
#pragma once

#include <string>
#include <string_view>

namespace lbundle {

// The marks of lbundle_scripts/text_holes.py.
struct Mark {
  static constexpr char hole = '\1', here = '\2', own = '\3', folder = '\4', bound = '\5', end = '\6',
                        package = '\7';
};

// True if the text fills the pattern's holes.
bool fills(std::string_view text, std::string_view pattern);

// The part of a pattern before its first hole.
std::string_view before_hole(std::string_view pattern);

// True if the text has neither holes nor other marks.
bool is_plain_text(std::string_view text);

// Resolves "." and ".." in the part of a path before its first hole, and drops double slashes. A path that
// leads out of its root is empty.
std::string tidy_path(std::string_view path);

}  // namespace lbundle
