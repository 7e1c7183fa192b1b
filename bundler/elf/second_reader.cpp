// The problem: our own comparison (relayout_check.cpp) and our own reader (elf_file.cpp) were written by the
// same people as the writer. A wrong idea of the format would be in all of them.
//
// The idea: LIEF, which other people wrote, reads the file before and the file after, and must read the same.
// Rewriting changes no address, so all values must be equal, addresses included.
//
// LIEF gets copies of both whose only section header is that of the dynamic symbols. The rewritten file has
// no section headers, and LIEF takes other ways through a file that has them. The one header says how many
// symbols there are: by itself LIEF 0.9 counts too many or too few from the hash table.
//
// A file that LIEF cannot read whole is not rewritten. LIEF read all files of the wheels that were measured
// (docs/native.md), so this refuses only odd files, and those are the ones where a second opinion is worth
// most.
//
// LIEF 0.9 reads out of bounds in damaged files and stops without an error at limits of its own (3,000,000
// relocations). Hence the child process, and the check of the numbers. It does not know DT_RELR; these tables
// are compared byte by byte in relayout_check.cpp alone. Notes are left out: LIEF finds them by their offset
// in the file, the loader by their address, and a damaged file has two different notes there.
//
// Rejected: to show LIEF an extract with checked tables, as was done before, because our own code would
// choose what LIEF sees; to rely on our own checks where LIEF fails, because then a file that misleads one
// reader meets no other.
#include "elf/second_reader.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include <LIEF/ELF.hpp>
#include <LIEF/logging.hpp>

#include "elf/image.hpp"
#include "model/text.hpp"
#include "os/isolated.hpp"

namespace lbundle::elf {

namespace {

namespace lief = LIEF::ELF;

// One fact that LIEF reads: its text, if it has one, and its numbers.
struct Entry {
  std::string text;
  std::array<std::uint64_t, 4> numbers{};

  bool operator==(const Entry&) const = default;
};

// A list of facts of one kind, in the order of the file.
struct EntryList {
  const char* kind;
  std::vector<Entry> entries;
};

using Reading = std::vector<EntryList>;

struct CannotRead : std::exception {
  explicit CannotRead(std::string cause) : cause_(std::move(cause)) {}
  const char* what() const noexcept override { return cause_.c_str(); }

 private:
  std::string cause_;
};

// <elf.h> cannot be included beside LIEF's own names; these are its structures and places.
constexpr std::size_t header_section_offset = 40, header_section_size = 58;
constexpr std::size_t header_size = 64, section_size = 64, symbol_size = 24;
constexpr std::uint64_t tag_symbol_table = 6;
constexpr std::uint32_t section_symbols = 11, section_texts = 3;

template <typename T>
void write_at(Bytes& bytes, std::size_t at, T value) {
  std::memcpy(bytes.data() + at, &value, sizeof value);
}

// Appends a section header with its name's offset, type, address, offset in the file, size and entry size.
void add_section(Bytes& file, std::uint32_t name, std::uint32_t type, std::uint64_t address,
                 std::uint64_t offset, std::uint64_t size, std::uint64_t entry_size) {
  const std::size_t at = file.size();
  file.resize(at + section_size);
  write_at(file, at, name);
  write_at(file, at + 4, type);
  write_at(file, at + 16, address);
  write_at(file, at + 24, offset);
  write_at(file, at + 32, size);
  write_at(file, at + 56, entry_size);
}

// The number of symbols that the loader's tables reach: where there are section headers, they may know more.
struct SymbolTable {
  std::uint64_t address = 0, offset = 0, count = 0;
};

SymbolTable symbol_table_of(ByteView file) {
  const Image image(file);
  const auto address = image.dynamic_value(tag_symbol_table);
  if (!address) return {};
  SymbolTable table{*address, 0, reached_symbol_count(image)};
  if (table.count == 0) return {};
  const ByteView symbols = image.mapped_at(*address, table.count * symbol_size);
  table.offset = static_cast<std::uint64_t>(symbols.data() - file.data());
  return table;
}

// LIEF reads an array of functions on beyond its segment, into whatever lies there in the file.
void require_arrays_inside(ByteView file) {
  // DT_INIT_ARRAY, DT_FINI_ARRAY and DT_PREINIT_ARRAY, each with the entry that has its size in bytes.
  static constexpr std::array<std::pair<std::uint64_t, std::uint64_t>, 3> tags{
      {{25, 27}, {26, 28}, {32, 33}}};
  const Image image(file);
  for (const auto& [address_tag, size_tag] : tags) {
    const auto address = image.dynamic_value(address_tag);
    const auto size = image.dynamic_value(size_tag);
    if (address && size) image.mapped_at(*address, *size);
  }
}

Bytes with_one_section(ByteView file, const SymbolTable& symbols) {
  constexpr std::string_view names("\0.dynsym\0.shstrtab\0", 19);
  Bytes copy;
  copy.reserve(file.size() + names.size() + 3 * section_size + 8);
  copy.assign(file.begin(), file.end());
  const std::uint64_t names_at = copy.size();
  copy.insert(copy.end(), names.begin(), names.end());
  copy.resize((copy.size() + 7) / 8 * 8);
  write_at(copy, header_section_offset, std::uint64_t{copy.size()});
  write_at(copy, header_section_size, std::uint16_t{section_size});
  write_at(copy, header_section_size + 2, std::uint16_t{3});  // sections: none, symbols, their names
  write_at(copy, header_section_size + 4, std::uint16_t{2});  // which of them has the names
  copy.resize(copy.size() + section_size);
  add_section(copy, 1, section_symbols, symbols.address, symbols.offset, symbols.count * symbol_size,
              symbol_size);
  add_section(copy, 9, section_texts, 0, names_at, names.size(), 0);
  return copy;
}

// LIEF's size() of a filtered list copies the list for each of its elements.
template <typename List>
std::uint64_t count_of(const List& list) {
  std::uint64_t count = 0;
  for ([[maybe_unused]] const auto& element : list) ++count;
  return count;
}

// LIEF leaves out what lies beyond its limits; the dynamic section says how many there are.
void require_all_relocations(const lief::Binary& binary) {
  constexpr std::uint64_t entry_size = 24;  // Elf64_Rela
  std::uint64_t expected = 0;
  for (const lief::DynamicEntry& entry : binary.dynamic_entries()) {
    if (entry.tag() == lief::DYNAMIC_TAGS::DT_RELASZ || entry.tag() == lief::DYNAMIC_TAGS::DT_PLTRELSZ)
      expected += entry.value() / entry_size;
  }
  const std::uint64_t read = count_of(binary.dynamic_relocations()) + count_of(binary.pltgot_relocations());
  if (read < expected) throw CannotRead(format("it reads {} of {} relocations", read, expected));
}

EntryList header_of(const lief::Binary& binary) {
  const lief::Header& header = binary.header();
  EntryList list{"header", {}};
  list.entries.push_back({binary.has_interpreter() ? binary.interpreter() : "",
                          {static_cast<std::uint64_t>(header.file_type()),
                           static_cast<std::uint64_t>(header.machine_type()), header.entrypoint()}});
  return list;
}

std::string text_of(const lief::DynamicEntry& entry) {
  if (const auto* needed = dynamic_cast<const lief::DynamicEntryLibrary*>(&entry)) return needed->name();
  if (const auto* own = dynamic_cast<const lief::DynamicSharedObject*>(&entry)) return own->name();
  if (const auto* rpath = dynamic_cast<const lief::DynamicEntryRpath*>(&entry)) return rpath->rpath();
  if (const auto* runpath = dynamic_cast<const lief::DynamicEntryRunPath*>(&entry)) return runpath->runpath();
  return {};
}

EntryList dynamic_entries_of(const lief::Binary& binary) {
  EntryList list{"dynamic entry", {}};
  for (const lief::DynamicEntry& entry : binary.dynamic_entries()) {
    const auto tag = static_cast<std::uint64_t>(entry.tag());
    list.entries.push_back({text_of(entry), {tag, entry.value()}});
    if (const auto* array = dynamic_cast<const lief::DynamicEntryArray*>(&entry)) {
      for (const std::uint64_t function : array->array()) list.entries.push_back({"", {tag, function, 1}});
    }
  }
  return list;
}

EntryList versions_of(const lief::Binary& binary) {
  EntryList list{"version", {}};
  for (const lief::SymbolVersionRequirement& requirement : binary.symbols_version_requirement()) {
    for (const lief::SymbolVersionAuxRequirement& version : requirement.auxiliary_symbols()) {
      list.entries.push_back(
          {requirement.name() + ":" + version.name(), {version.hash(), version.flags(), version.other()}});
    }
  }
  for (const lief::SymbolVersionDefinition& definition : binary.symbols_version_definition()) {
    std::string names;
    for (const lief::SymbolVersionAux& name : definition.symbols_aux()) names += name.name() + " ";
    list.entries.push_back({names, {definition.hash(), definition.flags(), definition.ndx()}});
  }
  return list;
}

EntryList symbols_of(const lief::Binary& binary) {
  EntryList list{"symbol", {}};
  for (const lief::Symbol& symbol : binary.dynamic_symbols()) {
    std::string text = symbol.name();
    std::uint64_t version = 0;
    if (symbol.has_version()) {
      version = symbol.symbol_version().value();
      if (symbol.symbol_version().has_auxiliary_version())
        text += "@" + symbol.symbol_version().symbol_version_auxiliary().name();
    }
    const std::uint64_t rest =
        symbol.information() | std::uint64_t{symbol.other()} << 8 | std::uint64_t{symbol.shndx()} << 16;
    list.entries.push_back({std::move(text), {symbol.value(), symbol.size(), rest, version}});
  }
  return list;
}

EntryList relocations_of(const lief::Binary& binary) {
  EntryList list{"relocation", {}};
  const auto add = [&](const lief::Relocation& relocation) {
    list.entries.push_back({relocation.has_symbol() ? relocation.symbol().name() : "",
                            {relocation.address(), relocation.type() | std::uint64_t{relocation.info()} << 32,
                             static_cast<std::uint64_t>(relocation.addend())}});
  };
  for (const lief::Relocation& relocation : binary.dynamic_relocations()) add(relocation);
  for (const lief::Relocation& relocation : binary.pltgot_relocations()) add(relocation);
  return list;
}

Reading read(ByteView file) {
  if (file.size() < header_size) throw CannotRead("it ends inside its header");
  require_arrays_inside(file);
  const SymbolTable symbols = symbol_table_of(file);
  const std::unique_ptr<const lief::Binary> binary =
      lief::Parser::parse(with_one_section(file, symbols), "", lief::DYNSYM_COUNT_METHODS::COUNT_SECTION);
  if (!binary) throw CannotRead("it is no ELF file");
  require_all_relocations(*binary);
  const std::uint64_t count = count_of(binary->dynamic_symbols());
  if (count != symbols.count) throw CannotRead(format("it reads {} of {} symbols", count, symbols.count));
  return {header_of(*binary), dynamic_entries_of(*binary), versions_of(*binary), symbols_of(*binary),
          relocations_of(*binary)};
}

std::string difference_of(const EntryList& before, const EntryList& after) {
  const auto [was, is] =
      std::mismatch(before.entries.begin(), before.entries.end(), after.entries.begin(), after.entries.end());
  if (was == before.entries.end() && is == after.entries.end()) return {};
  const auto number = was - before.entries.begin();
  const std::string text = was == before.entries.end() ? is->text : was->text;
  return format("LIEF reads {} {}{} otherwise than before", before.kind, number,
                text.empty() ? "" : " (" + text.substr(0, text.find('\0')) + ")");
}

std::string first_difference(ByteView before, ByteView after) {
  LIEF::Logger::disable();
  const Reading was = read(before);
  const Reading is = read(after);
  for (std::size_t i = 0; i < was.size(); ++i) {
    if (auto difference = difference_of(was[i], is[i]); !difference.empty()) return difference;
  }
  return {};
}

}  // namespace

std::optional<std::string> difference_to_second_reader(ByteView before, ByteView after) {
  // LIEF takes about 20 ms of processor time for each MB of a library, and 4 bytes of memory for each byte.
  // The limits are far above that: only a file that misleads LIEF meets them.
  const std::uint64_t size = before.size() + after.size();
  const IsolatedLimits limits{std::chrono::seconds(30 + size / 1'000'000), 1'000'000'000 + 16 * size};
  const IsolatedEnd end = run_isolated([&] { return first_difference(before, after); }, limits);
  if (end.limit_reached) throw NotJudged(format("{}: {}", second_reader_failed, end.fault));
  if (!end.fault.empty()) return format("{}: {}", second_reader_failed, end.fault);
  if (!end.text.empty()) return end.text;
  return std::nullopt;
}

}  // namespace lbundle::elf
