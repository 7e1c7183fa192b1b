// The problem: whether a slash divides or begins a regular expression, only a parse of the whole grammar
// tells for certain, and a regular expression may hold quotes and brackets. The idea: the word before
// decides, with two memories: what stood before the bracket that a ")" closes, and whether a "{" opened a
// block. That is right but for constructions that nobody writes (a division of a function's body); a wrong
// guess shows, as brackets or quotes no longer come out even, and then the reader of these words looks at the
// plain text instead. Rejected: a parser of another project, which a tree of ten thousand files would have to
// be sent to.
#include "node/js_tokens.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace lbundle {

namespace {

using Kind = JsToken::Kind;

bool is_digit(unsigned char c) {
  return c >= '0' && c <= '9';
}
bool is_name_part(unsigned char c) {
  return is_digit(c) || c == '_' || c == '$' || c >= 0x80 || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}
bool is_name_start(unsigned char c) {
  return (is_name_part(c) && !is_digit(c)) || c == '#' || c == '\\';
}

// Behind these an expression begins.
constexpr std::array<std::string_view, 15> before_expression{
    "return", "typeof", "instanceof", "in",   "of",    "new",   "delete", "void",
    "throw",  "case",   "do",         "else", "yield", "await", "default"};
constexpr std::array<std::string_view, 5> before_condition{"if", "while", "for", "with", "catch"};

template <typename Words>
bool is_one_of(const Words& words, std::string_view text) {
  return std::ranges::find(words, text) != words.end();
}

void append_utf8(std::string& text, std::uint32_t code) {
  const auto put = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | (code >> 6));
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | (code >> 12));
    put(0x80 | ((code >> 6) & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | (code >> 18));
    put(0x80 | ((code >> 12) & 0x3F));
    put(0x80 | ((code >> 6) & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

class Lexer {
 public:
  explicit Lexer(std::string_view source) : source_(source) {}

  JsTokens read() {
    if (source_.starts_with("#!")) skip_line();
    JsTokens result;
    read_until_brace(result.tokens, false);
    result.even = even_ && open_.empty();
    return result;
  }

 private:
  struct Open {
    char bracket;
    bool condition = false;  // of "(": behind if, while, …
    bool block = false;      // of "{"
  };

  char at(std::size_t ahead = 0) const {
    return position_ + ahead < source_.size() ? source_[position_ + ahead] : '\0';
  }
  bool is_end() const { return position_ >= source_.size(); }

  void skip_line() {
    while (!is_end() && at() != '\n') ++position_;
  }

  // True where something was skipped.
  bool skip_space_or_comment() {
    const char c = at();
    if (c == '\n') ++line_;
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v') {
      ++position_;
      return true;
    }
    if (c == '/' && at(1) == '/') {
      skip_line();
      return true;
    }
    if (c != '/' || at(1) != '*') return false;
    const auto end = source_.find("*/", position_ + 2);
    const auto stop = end == std::string_view::npos ? source_.size() : end + 2;
    line_ += static_cast<int>(std::ranges::count(source_.substr(position_, stop - position_), '\n'));
    position_ = stop;
    return true;
  }

  // To the end of the source, or behind the "}" that closes a template's hole.
  void read_until_brace(std::vector<JsToken>& tokens, bool in_hole) {
    const auto outer = open_.size();
    previous_.clear();
    while (!is_end()) {
      if (skip_space_or_comment()) continue;
      if (in_hole && at() == '}' && open_.size() == outer) {
        ++position_;
        return;
      }
      read_token(tokens);
    }
    if (in_hole) even_ = false;
  }

  void add(std::vector<JsToken>& tokens, Kind kind, std::string text, int line) {
    JsToken token;
    token.kind = kind;
    token.text = std::move(text);
    token.line = line;
    token.depth = depth_;
    previous_ = kind == Kind::name || kind == Kind::sign ? token.text : "0";
    previous_is_name_ = kind == Kind::name;
    tokens.push_back(std::move(token));
  }

  void read_token(std::vector<JsToken>& tokens) {
    const char c = at();
    const int line = line_;
    if (c == '"' || c == '\'') {
      add(tokens, Kind::text, read_text(c), line);
    } else if (c == '`') {
      read_form(tokens);
    } else if (is_digit(static_cast<unsigned char>(c)) ||
               (c == '.' && is_digit(static_cast<unsigned char>(at(1))))) {
      const auto start = position_;
      while (!is_end() && (is_name_part(static_cast<unsigned char>(at())) || at() == '.')) ++position_;
      add(tokens, Kind::number, std::string(source_.substr(start, position_ - start)), line);
    } else if (is_name_start(static_cast<unsigned char>(c))) {
      const auto start = position_++;
      while (!is_end() && is_name_part(static_cast<unsigned char>(at()))) ++position_;
      add(tokens, Kind::name, std::string(source_.substr(start, position_ - start)), line);
    } else if (c == '/' && begins_regex() && read_regex()) {
      add(tokens, Kind::regex, "", line);
    } else {
      read_sign(tokens);
    }
  }

  bool begins_regex() const {
    if (previous_.empty()) return true;
    if (previous_is_name_) return is_one_of(before_expression, previous_);
    if (previous_ == ")") return closed_condition_;
    if (previous_ == "}") return closed_block_;
    return previous_ != "0" && previous_ != "]" && previous_ != "++" && previous_ != "--";
  }

  // False, and nothing read, where the line ends before it does: then it was a division.
  bool read_regex() {
    bool in_class = false;
    for (auto i = position_ + 1; i < source_.size() && source_[i] != '\n'; ++i) {
      const char c = source_[i];
      if (c == '\\') {
        ++i;
      } else if (c == '[') {
        in_class = true;
      } else if (c == ']') {
        in_class = false;
      } else if (c == '/' && !in_class) {
        position_ = i + 1;
        while (!is_end() && is_name_part(static_cast<unsigned char>(at()))) ++position_;
        return true;
      }
    }
    return false;
  }

  std::string read_text(char quote) {
    std::string text;
    ++position_;
    while (!is_end() && at() != quote) {
      if (at() == '\n') {
        even_ = false;
        return text;
      }
      read_character(text);
    }
    if (is_end()) even_ = false;
    ++position_;
    return text;
  }

  void read_character(std::string& text) {
    if (at() != '\\') {
      if (at() == '\n') ++line_;
      text += source_[position_++];
      return;
    }
    ++position_;
    const char c = at();
    ++position_;
    switch (c) {
      case 'n':
        text += '\n';
        return;
      case 't':
        text += '\t';
        return;
      case 'r':
        if (at() == '\n') ++position_;
        text += '\r';
        return;
      case '\n':
        ++line_;
        return;
      case 'x':
        append_utf8(text, read_hex(2));
        return;
      case 'u':
        if (at() == '{') {
          ++position_;
          append_utf8(text, read_hex(8));
          if (at() == '}') ++position_;
        } else {
          append_utf8(text, read_hex(4));
        }
        return;
      default:
        text += c;
    }
  }

  std::uint32_t read_hex(int most) {
    std::uint32_t code = 0;
    for (; most > 0; --most, ++position_) {
      const char c = at();
      const auto lower = static_cast<char>(c | 0x20);
      if (is_digit(static_cast<unsigned char>(c))) {
        code = code * 16 + static_cast<std::uint32_t>(c - '0');
      } else if (lower >= 'a' && lower <= 'f') {
        code = code * 16 + static_cast<std::uint32_t>(lower - 'a' + 10);
      } else {
        break;
      }
    }
    return std::min<std::uint32_t>(code, 0x10FFFF);
  }

  void read_form(std::vector<JsToken>& tokens) {
    JsToken form;
    form.kind = Kind::form;
    form.line = line_;
    form.depth = depth_;
    form.parts.emplace_back();
    ++position_;
    while (!is_end() && at() != '`') {
      if (at() == '$' && at(1) == '{') {
        position_ += 2;
        form.holes.emplace_back();
        read_until_brace(form.holes.back(), true);
        form.parts.emplace_back();
      } else {
        read_character(form.parts.back());
      }
    }
    if (is_end()) even_ = false;
    ++position_;
    previous_ = "0";
    previous_is_name_ = false;
    tokens.push_back(std::move(form));
  }

  void read_sign(std::vector<JsToken>& tokens) {
    const char c = at();
    const int line = line_;
    std::string sign(1, c);
    if ((c == '+' || c == '-') && at(1) == c) sign += c;
    if (c == '=' && at(1) == '>') sign += '>';
    if (c == '?' && at(1) == '.') sign += '.';
    position_ += sign.size();
    if (c == '(' || c == '[' || c == '{') open(c);
    const bool closes = c == ')' || c == ']' || c == '}';
    if (closes) close(c);
    add(tokens, Kind::sign, std::move(sign), line);
    if (c == '{') ++depth_;
  }

  void open(char bracket) {
    Open opened{bracket};
    opened.condition = previous_is_name_ && is_one_of(before_condition, previous_);
    opened.block = previous_.empty() || previous_ == ";" || previous_ == "{" || previous_ == "}" ||
                   previous_ == ")" || previous_ == "=>" ||
                   (previous_is_name_ && !is_one_of(before_expression, previous_)) || previous_ == "else" ||
                   previous_ == "do";
    open_.push_back(opened);
  }

  void close(char bracket) {
    const char opener = bracket == ')' ? '(' : bracket == ']' ? '[' : '{';
    if (open_.empty() || open_.back().bracket != opener) {
      even_ = false;
      return;
    }
    closed_condition_ = open_.back().condition;
    closed_block_ = open_.back().block;
    open_.pop_back();
    if (bracket == '}') --depth_;
  }

  std::string_view source_;
  std::size_t position_ = 0;
  int line_ = 1;
  int depth_ = 0;
  std::string previous_;  // the word before; "0" for a value
  bool previous_is_name_ = false;
  bool closed_condition_ = false, closed_block_ = false;
  std::vector<Open> open_;
  bool even_ = true;
};

}  // namespace

JsTokens read_js(std::string_view source) {
  return Lexer(source).read();
}

}  // namespace lbundle
