// What a secret looks like: rules/secrets.toml.
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/glob.hpp"

namespace lbundle {

// A text with places for bytes of a set: "ghp_{A-Za-z0-9:36}". rules/secrets.toml describes the grammar.
class SecretPattern {
 public:
  // Throws std::invalid_argument that describes the mistake.
  explicit SecretPattern(std::string_view pattern);

  struct Match {
    std::size_t begin = 0, end = 0;
  };
  // The first match in `text` at `from` or later. A match of a place takes as many bytes as it can.
  std::optional<Match> find(std::string_view text, std::size_t from = 0) const;

 private:
  struct Part {
    std::string literal;  // if it is not empty, the rest has no meaning
    std::bitset<256> set;
    std::size_t least = 0, most = 0;
  };

  static Part place(std::string_view text);
  std::optional<std::size_t> end_of_match(std::string_view text, std::size_t at) const;

  std::vector<Part> parts_;
};

// A file of a tool.
struct SecretFileRule {
  std::string what;
  std::vector<Glob> files;              // empty: any file
  std::vector<std::string> has;         // all of these texts
  std::vector<SecretPattern> patterns;  // one of these; empty: none is needed
};

struct SecretRules {
  struct Pem {
    std::string what;
    std::vector<std::string> labels;
  };
  struct Beginning {
    std::string what;
    std::vector<std::vector<std::optional<std::uint8_t>>> bytes;  // nothing: any byte
  };
  struct Token {
    std::string what;
    std::vector<SecretPattern> patterns;
  };

  std::vector<std::string> examples;  // published texts; a match that has one is no secret
  std::vector<Pem> pem;
  std::vector<Beginning> beginnings;
  std::vector<Token> tokens;
  std::vector<SecretFileRule> files;
  std::vector<Glob> names;  // paths of files that tools keep secrets in
  std::string text;         // the whole rule file: results of a search depend on it
};

// The rules that are part of the program. Throws BrokenAssumption if they are wrong.
const SecretRules& secret_rules();
// The rules of such a file. Throws Error with the place of a mistake.
SecretRules parse_secret_rules(const std::string& file, const std::string& text);

}  // namespace lbundle
