// A place in a file that the user or we wrote.
#pragma once

#include <string>
#include <string_view>

namespace lbundle {

struct SourceLocation {
  std::string file;  // as it should be shown: "lbundle.toml", "rules/packages/pillow.toml"
  int line = 0;      // from 1; 0 where there is none
  int column = 0;    // from 1, in characters (code points)

  bool operator==(const SourceLocation&) const = default;
};

// "rules/packages/pillow.toml:12"; without a line the file alone.
std::string to_text(const SourceLocation& location);

// The place, its line out of `text` and a caret below, `length` characters wide as far as the line goes:
//   lbundle.toml:3:1
//     3 | handlr = "handler.handler"
//       | ^~~~~~
// Without a final newline. Empty where the location has no line or the text does not have it.
std::string excerpt(const SourceLocation& location, std::string_view text, int length = 1);

}  // namespace lbundle
