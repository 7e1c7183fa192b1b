#include "native/native_facts.hpp"

#include <algorithm>
#include <variant>

#include <fcntl.h>
#include <unistd.h>

#include "os/digest_of.hpp"
#include "os/fd.hpp"
#include "os/parallel.hpp"

namespace lbundle {

namespace {

// The result for one file: its facts, or why it has none, or nothing if it is not an ELF file.
using Reading = std::variant<std::monostate, std::shared_ptr<const elf::ElfFacts>, std::string>;

// The first byte of a cached value says whether facts or a fault follow.
constexpr std::uint8_t cached_facts = 0;
constexpr std::uint8_t cached_fault = 1;

Digest cache_key(const Digest& content) {
  return KeyBuilder().add("elf facts").add(std::to_string(elf::facts_form)).add(content).key();
}

bool is_python(const BundlePath& path) {
  return path.extension() == ".py" || path.extension() == ".pyc";
}

Reading read_cached(const Store& store, const Digest& key) {
  const auto value = store.find("elf", key);
  if (!value || value->empty()) return {};
  const ByteView rest = ByteView(*value).subspan(1);
  if (value->front() == cached_fault) return std::string(as_text(rest));
  auto facts = elf::parse_facts(rest);
  if (value->front() != cached_facts || !facts) return {};
  return std::make_shared<const elf::ElfFacts>(std::move(*facts));
}

Reading read_and_cache(const Content& content, const Store& store, const Digest& key) {
  Bytes value;
  Reading reading;
  try {
    auto facts = elf::read_elf(read_content(content));
    if (!facts) return {};
    value = elf::serialise(*facts);
    value.insert(value.begin(), cached_facts);
    reading = std::make_shared<const elf::ElfFacts>(std::move(*facts));
  } catch (const elf::MalformedElf& fault) {
    const std::string what = fault.what();
    value.assign(what.begin(), what.end());
    value.insert(value.begin(), cached_fault);
    reading = what;
  }
  store.put("elf", key, value);
  return reading;
}

}  // namespace

bool begins_as_elf(const Content& content) {
  if (content.compressed) return elf::begins_as_elf(read_content(content));
  const Fd file = open_file(content.path, O_RDONLY, "read");
  std::array<std::uint8_t, 4> start{};
  return ::read(file.number(), start.data(), start.size()) == 4 && elf::begins_as_elf(start);
}

std::vector<BundlePath> native_files(const FileSet& files) {
  std::vector<BundlePath> paths;
  for (const auto& [path, node] : files) {
    const auto* file = std::get_if<RegularFile>(&node);
    if (file != nullptr && !is_python(path) && begins_as_elf(file->content)) paths.push_back(path);
  }
  return paths;
}

elf::TreeFacts read_native_facts(const FileSet& files, const Store& store, unsigned jobs) {
  struct Candidate {
    BundlePath path;
    const Content* content;
    Reading reading;
  };
  std::vector<Candidate> candidates;
  for (const auto& [path, node] : files) {
    const auto* file = std::get_if<RegularFile>(&node);
    if (file != nullptr && !is_python(path)) candidates.push_back({path, &file->content, {}});
  }
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Candidate& a, const Candidate& b) { return a.content->size > b.content->size; });
  parallel_for(candidates.size(), jobs, [&](std::size_t i) {
    Candidate& one = candidates[i];
    // Reading four bytes is faster than asking the cache. Compressed content would have to be unpacked for
    // them, so there the cache is asked first.
    if (!one.content->compressed && !begins_as_elf(*one.content)) return;
    const Digest key = cache_key(one.content->digest);
    one.reading = read_cached(store, key);
    if (std::holds_alternative<std::monostate>(one.reading))
      one.reading = read_and_cache(*one.content, store, key);
  });
  elf::TreeFacts facts;
  for (Candidate& one : candidates) {
    if (auto* read = std::get_if<std::shared_ptr<const elf::ElfFacts>>(&one.reading)) {
      facts.files.emplace(one.path, std::move(*read));
    } else if (const auto* fault = std::get_if<std::string>(&one.reading)) {
      facts.malformed.emplace(one.path, *fault);
    }
  }
  return facts;
}

FileSet native_part(const FileSet& files, const elf::TreeFacts& facts) {
  FileSet native;
  for (const auto& [path, node] : files)
    if (std::holds_alternative<SymbolicLink>(node) || facts.find(path) != nullptr) native.put(path, node);
  return native;
}

}  // namespace lbundle
