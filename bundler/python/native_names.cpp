#include "python/native_names.hpp"

#include <algorithm>
#include <set>
#include <string_view>

#include "os/digest_of.hpp"
#include "os/mapped_file.hpp"

namespace lbundle {

namespace {

constexpr const char* native_names_kind = "native-names-2";
// Longer strings are messages; no module of any known package has a name as long as this.
constexpr std::size_t longest = 120;

bool is_letter(unsigned char c) {
  return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}
bool is_word(unsigned char c) {
  return is_letter(c) || c == '_' || (c >= '0' && c <= '9');
}

// "a.b", "a.b.c": identifiers with single dots between them.
bool is_dotted_name(std::string_view text) {
  bool dot = false, at_start = true;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (at_start ? !(is_letter(byte) || c == '_') : !(is_word(byte) || c == '.')) return false;
    at_start = c == '.';
    dot = dot || c == '.';
  }
  return dot && !at_start;
}

// "_cffi_backend": the usual form for a module that is native code only. Symbols of C++ and of the compiler
// do not match.
bool is_hidden_module_name(std::string_view text) {
  return text.size() >= 5 && text.size() <= 40 && text[0] == '_' && text[1] >= 'a' && text[1] <= 'z' &&
         std::ranges::all_of(text, [](char c) { return is_word(static_cast<unsigned char>(c)); });
}

bool is_library_name(std::string_view text) {
  const auto so = text.find(".so");
  return text.starts_with("lib") && so != std::string_view::npos &&
         (so + 3 == text.size() || text[so + 3] == '.') &&
         text.find_first_of(" /%:") == std::string_view::npos;
}

std::set<std::string> scan(std::string_view bytes) {
  std::set<std::string> names;
  std::size_t start = 0;
  // Only a text between two NULs is a string of its own.
  for (auto nul = bytes.find('\0'); nul != std::string_view::npos;
       start = nul + 1, nul = bytes.find('\0', start)) {
    const auto text = bytes.substr(start, nul - start);
    if (text.size() < 3 || text.size() > longest) continue;
    if (is_dotted_name(text) || is_library_name(text) || is_hidden_module_name(text)) names.emplace(text);
  }
  return names;
}

}  // namespace

std::vector<std::string> native_names(const Content& content, const Store& store) {
  std::string joined;
  if (const auto known = store.find(native_names_kind, content.digest)) {
    joined = as_text(*known);
  } else {
    const auto names = content.compressed ? scan(as_text(read_content(content)))
                                          : scan(as_text(MappedFile(content.path).bytes()));
    for (const auto& name : names) joined += name + '\n';
    store.put(native_names_kind, content.digest, as_bytes(joined));
  }
  std::vector<std::string> names;
  for (std::size_t at = 0; at < joined.size();) {
    const auto end = joined.find('\n', at);
    names.push_back(joined.substr(at, end - at));
    at = end + 1;
  }
  return names;
}

}  // namespace lbundle
