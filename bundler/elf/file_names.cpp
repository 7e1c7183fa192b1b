#include "elf/file_names.hpp"

#include <algorithm>
#include <bitset>
#include <cstring>
#include <memory>
#include <optional>
#include <set>
#include <unordered_map>

#include "elf/image.hpp"
#include "elf/references.hpp"
#include "model/lambda_paths.hpp"

namespace lbundle {

namespace {

constexpr std::size_t key_length = shortest_sought_name;
static_assert(sizeof(std::uint32_t) == key_length);
// Shorter names occur in any program by chance: "data", "lib".
constexpr std::size_t least_in_joined_texts = 5;
// The first 14 bytes of what Go's linker writes into each program (debug/buildinfo of Go's library), and the
// variable that Rust's library reads when a program panics.
constexpr std::string_view mark_of_go{"\xff Go buildinf:"};
constexpr std::string_view mark_of_rust{"RUST_BACKTRACE"};

bool is_path_letter(char c) {
  return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_' || c == '-' ||
         c == '.';
}

// A folder's name after another folder's name means a different folder: "$ORIGIN/lib" is for the loader.
bool stands_alone(std::string_view text, std::size_t begin, std::size_t end, bool is_folder,
                  const std::function<bool(std::size_t)>& may_begin) {
  const auto before = text.substr(0, begin);
  if (end < text.size() && text[end] == '\0' && may_begin && may_begin(begin)) return true;
  if (!before.empty() && is_path_letter(before.back())) return false;
  if (is_folder && before.ends_with('/') && !before.ends_with("./") && !before.ends_with(task_prefix))
    return false;
  return end == text.size() || (!is_path_letter(text[end]) && !(is_folder && text[end] == '/'));
}

std::uint32_t key_of(const char* text) {
  std::uint32_t key = 0;
  std::memcpy(&key, text, key_length);
  return key;
}

std::uint16_t short_key(std::uint32_t key) {
  return static_cast<std::uint16_t>((key * 2654435761U) >> 16);
}

}  // namespace

Texts texts_of(std::string_view program) {
  const bool joined = program.find(mark_of_go) != std::string_view::npos ||
                      program.find(mark_of_rust) != std::string_view::npos;
  return joined ? Texts::joined : Texts::ended;
}

std::vector<std::size_t> names_in(std::string_view text, const std::vector<SoughtName>& names, Texts texts,
                                  const std::function<bool(std::size_t)>& may_begin) {
  std::unordered_multimap<std::uint32_t, std::size_t> by_key;
  std::bitset<65536> any;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto key = key_of(names[i].text.data());
    by_key.emplace(key, i);
    any.set(short_key(key));
  }
  std::set<std::size_t> found;
  for (std::size_t at = 0; at + key_length <= text.size(); ++at) {
    const auto key = key_of(text.data() + at);
    if (!any.test(short_key(key))) continue;
    const auto [first, last] = by_key.equal_range(key);
    // "data/zones/a.txt" names only the file, not everything in data/ and data/zones/.
    std::vector<std::size_t> longest;
    for (auto each = first; each != last; ++each) {
      const auto& name = names[each->second];
      if (!text.substr(at).starts_with(name.text)) continue;
      const auto end = at + name.text.size();
      if (name.only_joined && texts == Texts::ended) continue;
      const bool anywhere =
          !name.whole || (texts == Texts::joined && name.text.size() >= least_in_joined_texts);
      if (!anywhere && !stands_alone(text, at, end, name.is_folder, may_begin)) continue;
      if (!longest.empty() && names[longest.front()].text.size() > name.text.size()) continue;
      if (!longest.empty() && names[longest.front()].text.size() < name.text.size()) longest.clear();
      longest.push_back(each->second);
    }
    found.insert(longest.begin(), longest.end());
  }
  return {found.begin(), found.end()};
}

std::function<bool(std::size_t)> begins_of_texts(ByteView file) {
  if (!elf::begins_as_elf(file)) return [](std::size_t) { return true; };
  struct Lazy {
    bool is_read = false;
    std::optional<elf::References> references;
  };
  return [file, lazy = std::make_shared<Lazy>()](std::size_t offset) {
    if (!lazy->is_read) {
      lazy->is_read = true;
      try {
        lazy->references.emplace(elf::Image(file));
      } catch (const elf::MalformedElf&) {
        return true;
      }
    }
    return !lazy->references || lazy->references->contains_offset(offset);
  };
}

}  // namespace lbundle
