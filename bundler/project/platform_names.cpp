#include "project/platform_names.hpp"

#include <algorithm>
#include <map>

#include "project/embedded_rules.hpp"
#include "project/toml_document.hpp"

namespace lbundle {

namespace {

enum class Word {
  linux_system,
  other_system,
  x86_64,
  arm64,
  other_processor,
  any_processor,
  glibc,
  other_libc
};

using Words = std::map<std::string, Word, std::less<>>;

Words read_words(const std::string& file, const std::string& text) {
  const TomlDocument document(file, text);
  const TomlTable root(document, document.root(), {"source", "systems", "processors", "c_libraries"});
  root.need("source", TomlNode::Kind::text);
  Words words;
  const auto add = [&](const TomlTable& table, const char* key, Word word) {
    for (const auto& each : table.plain_texts(key)) words.emplace(each, word);
  };
  const TomlTable systems(document, root.need("systems", TomlNode::Kind::table), {"linux", "other"});
  add(systems, "linux", Word::linux_system);
  add(systems, "other", Word::other_system);
  const TomlTable processors(document, root.need("processors", TomlNode::Kind::table),
                             {"x86_64", "arm64", "other", "any"});
  add(processors, "x86_64", Word::x86_64);
  add(processors, "arm64", Word::arm64);
  add(processors, "other", Word::other_processor);
  add(processors, "any", Word::any_processor);
  const TomlTable libraries(document, root.need("c_libraries", TomlNode::Kind::table), {"glibc", "other"});
  add(libraries, "glibc", Word::glibc);
  add(libraries, "other", Word::other_libc);
  return words;
}

const Words& known_words() {
  static const auto words = parse_embedded_rule_file("rules/platforms.toml", read_words);
  return words;
}

// In lower case, and with "x86_64" as one word.
std::string readable(const std::string& path) {
  std::string text = path;
  std::ranges::transform(text, text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; });
  for (auto at = text.find("x86_64"); at != std::string::npos; at = text.find("x86_64", at))
    text.replace(at, 6, "amd64");
  return text;
}

// The platform that the words of a path name together.
class NamedPlatform {
 public:
  void add(Word word) {
    other_ |= word == Word::other_system || word == Word::other_libc;
    x86_64_ |= word == Word::x86_64 || word == Word::any_processor;
    arm64_ |= word == Word::arm64 || word == Word::any_processor;
    names_processor_ |= word == Word::x86_64 || word == Word::arm64 || word == Word::other_processor;
  }
  bool is_of_another(Architecture architecture) const {
    const bool fits = architecture == Architecture::arm64 ? arm64_ : x86_64_;
    return other_ || (names_processor_ && !fits);
  }

 private:
  bool other_ = false, x86_64_ = false, arm64_ = false, names_processor_ = false;
};

// The part of a path without the words for platforms, each with what separates it from the word before it.
// Empty if nothing else is left.
std::string neutral_part(std::string_view part, NamedPlatform& named) {
  static constexpr std::string_view separators = "-._+";
  std::string neutral;
  bool has_word = false;
  for (std::size_t at = 0; at <= part.size();) {
    const auto end = std::min(part.find_first_of(separators, at), part.size());
    const auto word = part.substr(at, end - at);
    if (const auto found = known_words().find(word); found != known_words().end()) {
      named.add(found->second);
    } else {
      if (at > 0 && has_word) neutral += part[at - 1];
      neutral += word;
      has_word = true;
    }
    at = end + 1;
  }
  return neutral;
}

}  // namespace

PlatformName platform_name(const std::string& path, Architecture architecture) {
  const auto text = readable(path);
  PlatformName name;
  NamedPlatform named;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('/', at), text.size());
    const auto part = neutral_part(std::string_view(text).substr(at, end - at), named);
    if (!part.empty()) name.neutral += (name.neutral.empty() ? "" : "/") + part;
    at = end + 1;
  }
  name.is_of_another = named.is_of_another(architecture);
  return name;
}

}  // namespace lbundle
