// What the texts of compiled programs and of text files may lead to, if programs put names together.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "cache/store.hpp"
#include "model/bundle_path.hpp"

namespace lbundle {

// The words of a path or a text: runs of letters, or of digits if it has no letters.
std::vector<std::string> words_of(std::string_view text);

class ProgramTexts {
 public:
  // Texts without one of these words are not kept in memory.
  explicit ProgramTexts(std::set<std::string> words) : words_(std::move(words)) {}

  // Reads a file that the program has: native code, a script or a configuration. A file that is neither
  // native nor text is ignored.
  void add(const BundlePath& path, ByteView bytes);

  struct Lead {
    BundlePath from;
    std::string text;
  };
  // A text that may be a part of `path` when the program puts names together. Such a text has at least one
  // whole word of the path, and all its fixed parts are in the path, in the same order: "data/%s.txt" leads
  // to "data/b.txt", and ".txt" too. Where Go's or Rust's compiler wrote the program, no text has an end, so
  // a word is enough. Nothing if no text leads there.
  std::optional<Lead> lead_to(const BundlePath& path);

 private:
  struct Template {
    std::vector<std::string> fixed;  // the parts between what the program fills in
    std::string text;
    std::size_t from;  // index into files_
  };
  struct Joined {
    std::string content;
    std::size_t from;
  };

  void add_native(ByteView bytes);
  void add_text(std::string_view text);
  void add_template(std::string_view text);
  std::optional<Lead> lead_by_joined(const std::string& word);
  std::optional<Lead> lead_by_operands(const std::string& word, std::string_view path);

  std::set<std::string> words_;
  std::vector<BundlePath> files_;
  std::vector<Template> templates_;
  std::unordered_set<std::string> known_;                              // texts of templates_
  std::unordered_map<std::string, std::vector<std::size_t>> by_word_;  // indices into templates_
  std::vector<Joined> joined_;
  std::vector<std::pair<std::vector<std::string>, std::size_t>> operands_;  // pieces, and index into files_
  std::map<std::string, std::optional<Lead>> joined_leads_;                 // by word
  std::map<std::string, std::vector<std::size_t>> writers_;                 // by word: indices into operands_
};

}  // namespace lbundle
