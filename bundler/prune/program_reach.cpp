// The problem: the trace shows what a compiled program opened in these runs only, and its text hardly shows
// the rest. The strings of a Go program are in one block without end marks, those of C have NULs between
// them, and programs build names from parts.
//
// The idea: search the other way round. The files beside the program are few and have names. If a kept
// executable, library, script or configuration contains the name of a file, the file is kept. If it contains
// the name of a folder, the content of the folder is kept. A short or common name counts only if it is a word
// of its own. In programs of Go and Rust no text is a word of its own, so there it counts anywhere. A file
// that iconv reads has names of modules without their endings.
//
// Rejected: strings(1) and a check of each string, because it finds nothing in Go; keeping everything beside
// the program, because that is what a plain zip does.
#include "prune/program_reach.hpp"

#include <algorithm>
#include <bitset>
#include <cstring>
#include <optional>
#include <sstream>
#include <unordered_map>

#include "cache/store.hpp"
#include "elf/references.hpp"
#include "model/lambda_paths.hpp"
#include "model/text.hpp"

namespace lbundle {

namespace {

constexpr std::size_t key_length = 4;
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

std::vector<SoughtName> sought_in(const FileSet& files) {
  std::vector<SoughtName> names;
  std::set<BundlePath> folders;
  for (const auto& [path, node] : files) {
    names.push_back({path.bytes(), false, path.parent().is_root(), path});
    if (!path.parent().is_root()) names.push_back({std::string(path.name()), false, true, path});
    for (auto folder = path.parent(); !folder.is_root(); folder = folder.parent()) folders.insert(folder);
  }
  for (const auto& folder : folders) {
    names.push_back({folder.bytes() + "/", true, false, folder});
    names.push_back({folder.bytes(), true, true, folder});
    // Go joins path parts itself: filepath.Join("data", "zones").
    if (!folder.parent().is_root()) names.push_back({std::string(folder.name()), true, true, folder, true});
  }
  std::erase_if(names, [](const SoughtName& name) { return name.text.size() < key_length; });
  return names;
}

// Where a text may begin within a longer one: in native code, where an address refers to it. Other files,
// such as gconv's cache, have offsets in forms of their own, so there it may be anywhere.
std::function<bool(std::size_t)> begins_of_texts(const Bytes& bytes) {
  if (!as_text(bytes).starts_with("\x7f"
                                  "ELF"))
    return [](std::size_t) { return true; };
  try {
    return [references = elf::References(elf::Image(bytes))](std::size_t offset) {
      return references.contains_offset(offset);
    };
  } catch (const elf::MalformedElf&) {
    return [](std::size_t) { return true; };
  }
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
    std::optional<std::size_t> longest;
    for (auto each = first; each != last; ++each) {
      const auto& name = names[each->second];
      if (!text.substr(at).starts_with(name.text)) continue;
      const auto end = at + name.text.size();
      if (name.last_part && texts == Texts::ended) continue;
      const bool anywhere =
          !name.whole || (texts == Texts::joined && name.text.size() >= least_in_joined_texts);
      if (!anywhere && !stands_alone(text, at, end, name.is_folder, may_begin)) continue;
      if (!longest || names[*longest].text.size() < name.text.size()) longest = each->second;
    }
    if (longest) found.insert(*longest);
  }
  return {found.begin(), found.end()};
}

std::vector<Reached> ProgramReach::reach_from(const std::vector<BundlePath>& kept) {
  static_assert(sizeof(std::uint32_t) == key_length);
  const auto names = sought_in(tree_.files);
  std::vector<Reached> reached;
  for (const auto& path : kept) {
    const auto* file = tree_.files.find_file(path);
    if (file == nullptr) continue;
    const auto bytes = read_content(file->content);
    const auto text = as_text(bytes);
    const auto how = format("named in {}", path.bytes());
    for (const auto index : names_in(text, names, texts_of(text), begins_of_texts(bytes))) {
      const auto& name = names[index];
      if (!name.is_folder) {
        reached.push_back({name.path, how, false, path});
        continue;
      }
      for (const auto& [below, node] : tree_.files.below(name.path))
        reached.push_back({below, format("in {}, a folder {}", name.path.bytes(), how), false, path});
    }
    reach_conversions(path, text, reached);
  }
  return reached;
}

// iconv's configuration (gconv-modules and gconv-modules.d/*.conf of glibc: iconv/gconv_conf.c) has a line
// for each conversion: "module FROM TO FILE COST", where FILE is a library in the same folder, without ".so".
void ProgramReach::reach_conversions(const BundlePath& path, std::string_view text,
                                     std::vector<Reached>& reached) {
  const bool is_part = path.parent().name() == "gconv-modules.d" && path.extension() == ".conf";
  if (!is_part && path.name() != "gconv-modules") return;
  const auto folder = is_part ? path.parent().parent() : path.parent();
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    std::istringstream line{std::string(text.substr(at, end - at))};
    at = end + 1;
    std::string word, from, to, file;
    if (!(line >> word >> from >> to >> file) || word != "module") continue;
    const auto library = folder.resolve(file.ends_with(".so") ? file : file + ".so");
    if (library && tree_.files.contains(*library))
      reached.push_back({*library, format("named in {}", path.bytes()), false, path});
  }
}

const std::vector<NamedCall>& ProgramReach::calls_of(const BundlePath&) const {
  static const std::vector<NamedCall> none;
  return none;
}

}  // namespace lbundle
