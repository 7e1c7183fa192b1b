#include "model/glob.hpp"

#include <optional>
#include <stdexcept>

namespace lbundle {

namespace {

[[noreturn]] void refuse(const char* mistake) {
  throw std::invalid_argument(mistake);
}

// The first part of `path`. `rest` becomes what follows its '/', or nothing if it is the last part.
std::string_view take_part(std::string_view path, std::optional<std::string_view>& rest) {
  const auto slash = path.find('/');
  if (slash == std::string_view::npos) {
    rest = std::nullopt;
    return path;
  }
  rest = path.substr(slash + 1);
  return path.substr(0, slash);
}

}  // namespace

Glob::Glob(std::string_view pattern) : pattern_(pattern) {
  if (pattern.empty()) refuse("it is empty");
  if (pattern.front() == '/') refuse("it must be relative to the bundle's root");
  if (pattern.find('\0') != std::string_view::npos) refuse("it contains a NUL byte");
  std::optional<std::string_view> rest = pattern;
  while (rest) {
    const auto text = take_part(*rest, rest);
    if (text.empty() && !rest) {
      parts_.push_back({.any_folders = true, .tokens = {}});
      break;
    }
    if (text.empty()) refuse("it has an empty part");
    if (text == "." || text == "..") refuse("it must not contain '.' or '..' as a part");
    parts_.push_back(compile_part(text));
  }
  find_literal_ends();
}

Glob::Part Glob::compile_part(std::string_view text) {
  if (text == "**") return {.any_folders = true, .tokens = {}};
  Part part;
  for (std::size_t at = 0; at < text.size(); ++at) {
    switch (text[at]) {
      case '*':
        if (!part.tokens.empty() && part.tokens.back().kind == Kind::any_run)
          refuse("'**' must be a whole part, between slashes");
        part.tokens.push_back({.kind = Kind::any_run, .byte = 0, .set = {}});
        break;
      case '?':
        part.tokens.push_back({.kind = Kind::any_byte, .byte = 0, .set = {}});
        break;
      case '[':
        part.tokens.push_back(compile_set(text, at));
        break;
      case '\\':
        if (++at == text.size()) refuse("nothing follows '\\'");
        [[fallthrough]];
      default:
        part.tokens.push_back({.kind = Kind::byte, .byte = text[at], .set = {}});
    }
  }
  return part;
}

// `at` is the position of the '[' on entry and of the ']' on return.
Glob::Token Glob::compile_set(std::string_view text, std::size_t& at) {
  Token token{.kind = Kind::set, .byte = 0, .set = {}};
  ++at;
  const bool outside = at < text.size() && (text[at] == '!' || text[at] == '^');
  if (outside) ++at;
  // A ']' in the first place means the byte itself, as in every shell.
  for (bool first = true; at < text.size() && (first || text[at] != ']'); first = false, ++at) {
    const auto low = static_cast<unsigned char>(text[at]);
    auto high = low;
    if (at + 2 < text.size() && text[at + 1] == '-' && text[at + 2] != ']') {
      high = static_cast<unsigned char>(text[at + 2]);
      at += 2;
    }
    if (high < low) refuse("a range in '[]' runs backwards");
    for (unsigned byte = low; byte <= high; ++byte) token.set.set(byte);
  }
  if (at >= text.size()) refuse("'[' has no ']'");
  if (outside) token.set.flip();
  return token;
}

void Glob::find_literal_ends() {
  for (const auto& part : parts_) {
    std::size_t literal = 0;
    while (literal < part.tokens.size() && part.tokens[literal].kind == Kind::byte)
      head_ += part.tokens[literal++].byte;
    if (part.any_folders || literal < part.tokens.size()) break;
    if (&part != &parts_.back()) head_ += '/';
  }
  const auto& last = parts_.back();
  for (auto token = last.tokens.rbegin(); token != last.tokens.rend() && token->kind == Kind::byte; ++token)
    tail_.insert(tail_.begin(), token->byte);
}

bool Glob::token_matches(const Token& token, char byte) {
  switch (token.kind) {
    case Kind::byte:
      return token.byte == byte;
    case Kind::any_byte:
      return true;
    case Kind::set:
      return token.set.test(static_cast<unsigned char>(byte));
    case Kind::any_run:
      break;
  }
  return false;
}

// After a mismatch only the last '*' is tried again, with one byte more. An earlier '*' could not match
// anything that the last one cannot.
bool Glob::part_matches(const Part& part, std::string_view name) {
  std::size_t token = 0, at = 0, star = std::string_view::npos, star_end = 0;
  while (at < name.size()) {
    if (token < part.tokens.size() && part.tokens[token].kind == Kind::any_run) {
      star = token++;
      star_end = at;
    } else if (token < part.tokens.size() && token_matches(part.tokens[token], name[at])) {
      ++token;
      ++at;
    } else if (star != std::string_view::npos) {
      token = star + 1;
      at = ++star_end;
    } else {
      return false;
    }
  }
  while (token < part.tokens.size() && part.tokens[token].kind == Kind::any_run) ++token;
  return token == part.tokens.size();
}

// The same method for whole paths: "**" takes the place of '*', and parts take the place of bytes.
bool Glob::matches(std::string_view path) const {
  if (!path.starts_with(head_) || !path.ends_with(tail_)) return false;
  std::optional<std::string_view> rest = path, star_rest;
  std::size_t part = 0, star = parts_.size();
  while (rest) {
    if (part < parts_.size() && parts_[part].any_folders) {
      if (part + 1 == parts_.size()) return true;  // "**" matches everything that is left
      star = part++;
      star_rest = rest;
      continue;
    }
    auto behind = rest;
    if (part < parts_.size() && part_matches(parts_[part], take_part(*rest, behind))) {
      ++part;
      rest = behind;
      continue;
    }
    if (!star_rest) return false;
    take_part(*star_rest, star_rest);
    if (!star_rest) return false;
    rest = star_rest;
    part = star + 1;
  }
  return part == parts_.size();
}

std::string exact_glob(std::string_view path) {
  std::string pattern;
  for (const char c : path) {
    if (std::string_view("*?[\\").find(c) != std::string_view::npos) pattern += '\\';
    pattern += c;
  }
  return pattern;
}

}  // namespace lbundle
