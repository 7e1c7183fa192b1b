// Patterns over paths inside the bundle: "rasterio/gdal_data/**", "**/tests/**", "PIL/_imaging*.so".
#pragma once

#include <bitset>
#include <string>
#include <string_view>
#include <vector>

namespace lbundle {

// A pattern for a whole path, from the root. It is compiled once, and compares bytes, so case counts:
//   *       any number of bytes except '/'    ?    one byte except '/'
//   [a-z]   one byte of a set                 **   as a whole part: any number of folders, including none;
//   [!a-z]  one byte outside of it                 at the end: everything below
//   \x      x itself
// "folder/" means "folder/**".
class Glob {
 public:
  // Throws std::invalid_argument that describes the mistake: "'[' has no ']'".
  explicit Glob(std::string_view pattern);

  bool matches(std::string_view path) const;
  const std::string& pattern() const { return pattern_; }
  // The part of the pattern before the first wildcard. Only paths that begin with it can match.
  const std::string& literal_prefix() const { return head_; }

 private:
  enum class Kind { byte, any_byte, set, any_run };
  struct Token {
    Kind kind = Kind::byte;
    char byte = 0;
    std::bitset<256> set;
  };
  struct Part {
    bool any_folders = false;  // "**"
    std::vector<Token> tokens;
  };

  static Part compile_part(std::string_view text);
  static Token compile_set(std::string_view text, std::size_t& at);
  static bool token_matches(const Token& token, char byte);
  static bool part_matches(const Part& part, std::string_view name);
  void find_literal_ends();

  std::string pattern_;
  std::vector<Part> parts_;
  std::string head_, tail_;  // every match begins with head_ and ends with tail_
};

// A pattern that matches only this path.
std::string exact_glob(std::string_view path);

}  // namespace lbundle
