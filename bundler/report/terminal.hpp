// Words, bars and tables for a terminal of a given width, with colour or without.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace lbundle {

struct TextStyle {
  int width = 80;        // columns; a width below 50 counts as 50
  bool color = false;    // ANSI escapes; the words say the same without them
  bool unicode = true;   // false: bars, arrows and marks in ASCII
  bool answers = false;  // shows what each event answered and wrote
};

// What a piece of text is, not how it looks.
enum class Role { plain, heading, strong, faint, good, warning, bad };

// The columns that `text` takes: one for each character, none for a combining mark. East Asian width is not
// considered, because names of files and packages hardly need it. `text` must not contain escapes.
std::size_t display_width(std::string_view text);

// Cuts `text` in its middle to at most `columns`, because the ends say more than the middle:
// "rasterio/…/warp.so".
std::string shortened(const std::string& text, std::size_t columns, bool unicode);

// Breaks `text` at spaces into lines of at most `columns`. A longer word gets a line of its own.
std::vector<std::string> wrapped(const std::string& text, std::size_t columns);

// Writes lines in a style.
class Painter {
 public:
  explicit Painter(const TextStyle& style);

  const TextStyle& style() const { return style_; }
  std::size_t width() const { return static_cast<std::size_t>(style_.width); }
  std::string paint(const std::string& text, Role role) const;
  const char* arrow() const { return style_.unicode ? "→" : "->"; }
  const char* good_mark() const { return style_.unicode ? "✓" : "ok"; }
  const char* bad_mark() const { return style_.unicode ? "✗" : "!!"; }
  const char* dot() const { return style_.unicode ? " · " : " - "; }
  // A bar of at most `columns`, not padded, `share` (0 to 1) of it full. Any share above 0 is visible.
  std::string bar(double share, std::size_t columns) const;
  // The same bar, followed by its empty rest.
  std::string gauge(double share, std::size_t columns, Role role) const;
  // An indented paragraph, wrapped. It begins with `first`; later lines align with the text after it.
  std::string paragraph(std::size_t indent, const std::string& first, const std::string& text,
                        Role role) const;

 private:
  TextStyle style_;
};

struct Cell {
  std::string text;
  Role role = Role::plain;
  bool right = false;  // aligned to the right
};

// Rows of cells in columns as wide as their widest cell, with two spaces between them. The first column is
// shortened if a row would be wider than the terminal. Columns that are empty in every row take no space.
std::string table(const Painter& painter, const std::vector<std::vector<Cell>>& rows, std::size_t indent = 2);

}  // namespace lbundle
