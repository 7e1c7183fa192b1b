// There are three ways in which a process can look up a name of a private library. The first is an import in
// another library's symbol table, which is certain. The second is a lookup at run time, by dlsym or ctypes:
// then the name is a word in some file of the bundle. The third is a name that a program builds from parts,
// which a rule has to list. All files are searched for words, native ones included: a word too many keeps a
// little code, but a word too few would remove code that is needed.
//
// The search reads the whole bundle, so its result is cached by the bundle's contents.
#include "native/wanted_functions.hpp"

#include <algorithm>
#include <mutex>
#include <unordered_set>

#include <elf.h>

#include "elf/sonames.hpp"
#include "json/json.hpp"
#include "os/digest_of.hpp"
#include "os/parallel.hpp"
#include "project/library_rules.hpp"

namespace lbundle {

namespace {

constexpr const char* wanted_functions_kind = "wanted-functions";
// Raise this with each change of what counts as a word.
constexpr std::string_view search_form = "words-1";

using Names = std::unordered_set<std::string_view>;

struct PrivateFile {
  BundlePath path;
  const elf::ElfFacts* facts = nullptr;
  const PrivateLibrary* rule = nullptr;
};

std::vector<PrivateFile> private_files(const FileSet& files, const elf::TreeFacts& facts) {
  const auto vendors = elf::vendors_of(files);
  std::vector<PrivateFile> found;
  for (const auto& [path, one] : facts.files) {
    const auto name = elf::parse_library_name(path.name(), vendors);
    if (name.hash.empty() || one->identity.machine != EM_X86_64 || files.find_file(path) == nullptr) continue;
    for (const PrivateLibrary& rule : private_libraries()) {
      if (!is_one_of(rule.libraries, name.stem)) continue;
      found.push_back({path, one.get(), &rule});
      break;
    }
  }
  return found;
}

bool is_word_part(std::uint8_t byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
         byte == '_';
}

// Adds to `found` those of `names` that occur as words in `bytes`.
void find_words(ByteView bytes, const Names& names, std::set<std::string, std::less<>>& found) {
  const std::string_view text = as_text(bytes);
  for (std::size_t at = 0; at < bytes.size();) {
    if (!is_word_part(bytes[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < bytes.size() && is_word_part(bytes[end])) ++end;
    const std::string_view word = text.substr(at, end - at);
    if (names.contains(word)) found.emplace(word);
    at = end;
  }
}

// Every file except the private libraries themselves, the largest first.
std::vector<const Content*> searched_contents(const FileSet& files,
                                              const std::vector<PrivateFile>& libraries) {
  std::vector<const Content*> contents;
  for (const auto& [path, node] : files) {
    const auto* file = std::get_if<RegularFile>(&node);
    const bool is_private = std::any_of(libraries.begin(), libraries.end(),
                                        [&](const PrivateFile& library) { return library.path == path; });
    if (file != nullptr && !is_private) contents.push_back(&file->content);
  }
  std::stable_sort(contents.begin(), contents.end(),
                   [](const Content* a, const Content* b) { return a->size > b->size; });
  return contents;
}

Digest search_key(const std::vector<const Content*>& contents, const Names& names) {
  KeyBuilder key;
  key.add(search_form);
  const std::set<std::string_view> ordered(names.begin(), names.end());
  for (const std::string_view name : ordered) key.add(name);
  for (const Content* content : contents) key.add(content->digest);
  return key.key();
}

std::set<std::string, std::less<>> words_in(const std::vector<const Content*>& contents, const Names& names,
                                            const Store& store, unsigned jobs) {
  const Digest key = search_key(contents, names);
  if (const auto known = store.find(wanted_functions_kind, key)) {
    const Json json = Json::parse(as_text(*known), nullptr, false);
    if (json.is_array()) return json.get<std::set<std::string, std::less<>>>();
  }
  std::set<std::string, std::less<>> found;
  std::mutex lock;
  parallel_for(contents.size(), jobs, [&](std::size_t i) {
    std::set<std::string, std::less<>> here;
    find_words(read_content(*contents[i]), names, here);
    const std::lock_guard guard(lock);
    found.merge(here);
  });
  const std::string record = to_line(Json(found));
  store.put(wanted_functions_kind, key, as_bytes(record));
  return found;
}

}  // namespace

std::map<BundlePath, elf::Wanted> wanted_functions(const FileSet& files, const elf::TreeFacts& facts,
                                                   const Store& store, unsigned jobs) {
  std::map<BundlePath, elf::Wanted> wanted;
  const auto libraries = private_files(files, facts);
  if (libraries.empty()) return wanted;
  Names imported;
  for (const auto& [path, one] : facts.files) {
    for (const elf::ElfSymbol& symbol : one->imports) imported.insert(symbol.name);
  }
  Names exported;
  for (const PrivateFile& library : libraries) {
    for (const elf::ElfSymbol& symbol : library.facts->exports) exported.insert(symbol.name);
  }
  const auto words = words_in(searched_contents(files, libraries), exported, store, jobs);
  for (const PrivateFile& library : libraries) {
    elf::Wanted& one = wanted[library.path];
    one.stands_for = library.rule->stands_for;
    for (const elf::ElfSymbol& symbol : library.facts->exports) {
      if (imported.contains(symbol.name) || words.contains(symbol.name) ||
          is_one_of(library.rule->looked_up, symbol.name))
        one.names.emplace(symbol.name);
    }
  }
  return wanted;
}

}  // namespace lbundle
