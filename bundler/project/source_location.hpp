// A place in a file that the user wrote or that is ours.
#pragma once

#include <string>
#include <string_view>

namespace lbundle {

struct SourceLocation {
  std::string file;  // as messages show it: "lbundle.toml", "rules/packages/pillow.toml"
  int line = 0;      // from 1; 0 if there is none
  int column = 0;    // from 1, in characters (code points)

  bool operator==(const SourceLocation&) const = default;
};

// "rules/packages/pillow.toml:12", or the file alone if there is no line.
std::string to_text(const SourceLocation& location);

// The location, its line of `text`, and below it a caret and tildes. Together they are `length` characters
// wide, but at least one and not more than the rest of the line:
//   lbundle.toml:3:1
//     3 | handlr = "handler.handler"
//       | ^~~~~~
// Without a final newline. Empty if the location has no line or the text has no such line.
std::string excerpt(const SourceLocation& location, std::string_view text, int length = 1);

}  // namespace lbundle
