// Reads from the loader's own tables what decides how a file is linked. Image and linking_tables.hpp check
// every offset and count, so nothing here reads outside the file.
//
// Rejected: to read with LIEF. LIEF 0.9 counts the dynamic symbols of some libraries wrongly. If a version
// inherits from another one, it gives the parent's name. It misreads weak symbols, and reads out of bounds in
// damaged files. Instead it judges what we write (second_reader.hpp).
#include "elf/elf_file.hpp"

#include <algorithm>
#include <cstring>
#include <map>

#include <elf.h>

#include "elf/abi_facts.hpp"
#include "elf/linking_tables.hpp"

namespace lbundle::elf {

namespace {

constexpr std::uint16_t version_number = 0x7fff;
constexpr std::uint16_t version_hidden = 0x8000;

template <typename T>
T entry_at(ByteView table, std::uint64_t offset) {
  T entry;
  std::memcpy(&entry, table.data() + offset, sizeof entry);
  return entry;
}

struct Versions {
  std::map<unsigned, VersionRecord> needed, defined;
};

Versions read_versions(const Image& image, DynamicNames& names, ElfFacts& facts) {
  Versions versions;
  for (const VersionRecord& wanted : demanded_versions(image, names)) {
    versions.needed[wanted.number & version_number] = wanted;
    facts.needed_versions.push_back(
        {std::string(wanted.file), std::string(wanted.version), (wanted.flags & VER_FLG_WEAK) != 0});
  }
  for (const VersionRecord& definition : defined_versions(image, names)) {
    // The base definition is the library's own name and not a version.
    if ((definition.flags & VER_FLG_BASE) != 0) {
      facts.linked_as = definition.version;
    } else {
      versions.defined[definition.number & version_number] = definition;
      facts.defined_versions.emplace_back(definition.version);
    }
  }
  return versions;
}

// Which symbols the relocations name, by the symbol's number.
struct Relocated {
  std::vector<bool> named;   // the loader looks the symbol up when it loads the file or at the first call
  std::vector<bool> copied;  // a copy relocation names the symbol
};

void mark(std::vector<bool>& numbers, std::uint32_t number) {
  if (numbers.size() <= number) numbers.resize(number + 1ULL);
  numbers[number] = true;
}

void read_relocations(const Image& image, std::uint64_t table_tag, std::uint64_t size_tag,
                      Relocated& relocated) {
  const auto address = image.dynamic_value(table_tag);
  const auto size = image.dynamic_value(size_tag);
  if (!address || !size || *size == 0) return;
  const std::uint32_t copy = image.identity().machine == EM_X86_64 ? R_X86_64_COPY : R_AARCH64_COPY;
  const ByteView table = image.mapped_at(*address, *size);
  for (std::uint64_t at = 0; at + sizeof(Elf64_Rela) <= table.size(); at += sizeof(Elf64_Rela)) {
    const auto relocation = entry_at<Elf64_Rela>(table, at);
    const auto number = static_cast<std::uint32_t>(ELF64_R_SYM(relocation.r_info));
    if (number == 0) continue;
    if (number > image.file().size()) throw MalformedElf("a relocation names a symbol that cannot exist");
    mark(relocated.named, number);
    if (ELF64_R_TYPE(relocation.r_info) == copy) mark(relocated.copied, number);
  }
}

bool is_marked(const std::vector<bool>& numbers, std::size_t number) {
  return number < numbers.size() && numbers[number];
}

// The dynamic symbols and the version number of each. `versions` is empty if the file has no versions.
struct SymbolTables {
  ByteView symbols, versions;
  std::size_t count = 0;
};

SymbolTables symbol_tables(const Image& image) {
  SymbolTables tables;
  tables.count = dynamic_symbol_count(image);
  if (tables.count == 0) return tables;
  if (tables.count > image.file().size() / sizeof(Elf64_Sym))
    throw MalformedElf("more symbols than the file can hold");
  tables.symbols = image.mapped_at(*image.dynamic_value(DT_SYMTAB), tables.count * sizeof(Elf64_Sym));
  if (const auto address = image.dynamic_value(DT_VERSYM))
    tables.versions = image.mapped_at(*address, tables.count * sizeof(Elf64_Half));
  return tables;
}

void set_version(ElfSymbol& symbol, unsigned value, bool is_defined, const Versions& versions) {
  const auto& known = is_defined ? versions.defined : versions.needed;
  const auto found = known.find(value & version_number);
  if (found == known.end()) return;
  symbol.version = found->second.version;
  symbol.version_file = found->second.file;
  symbol.hidden_version = is_defined && (value & version_hidden) != 0;
}

void read_symbols(const Image& image, DynamicNames& names, const Versions& versions,
                  const Relocated& relocated, ElfFacts& facts) {
  const SymbolTables tables = symbol_tables(image);
  for (std::size_t i = 0; i < tables.count; ++i) {
    const auto raw = entry_at<Elf64_Sym>(tables.symbols, i * sizeof(Elf64_Sym));
    ElfSymbol symbol;
    symbol.name = names.text(raw.st_name);
    symbol.type = static_cast<SymbolType>(ELF64_ST_TYPE(raw.st_info));
    symbol.bind = static_cast<SymbolBind>(ELF64_ST_BIND(raw.st_info));
    const bool concerns_others = symbol.bind == SymbolBind::global || symbol.bind == SymbolBind::weak ||
                                 symbol.bind == SymbolBind::unique;
    if (symbol.name.empty() || !concerns_others) continue;
    symbol.size = raw.st_size;
    symbol.relocated = is_marked(relocated.named, i);
    symbol.copied = is_marked(relocated.copied, i);
    const bool is_defined = raw.st_shndx != SHN_UNDEF;
    if (!tables.versions.empty())
      set_version(symbol, entry_at<Elf64_Half>(tables.versions, i * sizeof(Elf64_Half)), is_defined,
                  versions);
    // The program also defines a copied object, by the space that it is copied to. It still needs the
    // library's definition, so the symbol is an import too.
    if (is_defined) facts.exports.push_back(symbol);
    if (!is_defined || symbol.copied) facts.imports.push_back(symbol);
  }
}

void read_dynamic(const Image& image, DynamicNames& names, ElfFacts& facts) {
  for (const DynamicEntry& entry : image.dynamic()) {
    switch (entry.tag) {
      case DT_NEEDED:
        facts.needed.emplace_back(names.text(entry.value));
        break;
      case DT_SONAME:
        facts.soname = names.text(entry.value);
        break;
      case DT_RPATH:
        facts.rpath = names.text(entry.value);
        break;
      case DT_RUNPATH:
        facts.runpath = names.text(entry.value);
        break;
      default:
        break;
    }
  }
  facts.static_tls = (image.dynamic_value(DT_FLAGS).value_or(0) & DF_STATIC_TLS) != 0;
  facts.has_initialisers = image.dynamic_value(DT_INIT) || image.dynamic_value(DT_INIT_ARRAY);
}

std::string hexadecimal(ByteView bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : bytes) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

std::string interpreter_of(const Image& image) {
  for (const Segment& segment : image.segments())
    if (segment.type == PT_INTERP)
      return std::string(text_at(image.part(segment.offset, segment.file_size), 0));
  return {};
}

std::string joined_texts(ByteView section) {
  std::string joined;
  for (std::string_view rest = as_text(section); !rest.empty();) {
    const std::string_view text = rest.substr(0, rest.find('\0'));
    if (!text.empty()) joined.append(joined.empty() ? "" : "; ").append(text);
    rest.remove_prefix(std::min(rest.size(), text.size() + 1));
  }
  return joined;
}

void read_sections(const Image& image, ElfFacts& facts) {
  for (const Section& section : image.sections()) {
    if (section.type == SHT_NOBITS) continue;
    if (section.name == ".comment") facts.producer = joined_texts(image.part(section.offset, section.size));
    if (section.name.starts_with(".debug_") || section.name.starts_with(".zdebug_"))
      facts.debug_bytes += section.size;
    if (section.name == ".symtab" || section.name == ".strtab") facts.symtab_bytes += section.size;
  }
}

void read_segments(const Image& image, ElfFacts& facts) {
  facts.segments = image.segments();
  std::uint64_t loaded = 0;
  for (const Segment& segment : facts.segments) {
    if (segment.type == PT_LOAD) loaded += segment.file_size;
    if (segment.type == PT_TLS) facts.has_tls = true;
    if (segment.type == PT_GNU_STACK) facts.executable_stack = (segment.flags & PF_X) != 0;
  }
  facts.unloaded_bytes = image.file().size() - std::min<std::uint64_t>(loaded, image.file().size());
}

}  // namespace

std::optional<ElfFacts> read_elf(ByteView file) {
  if (!begins_as_elf(file)) return std::nullopt;
  ElfFacts facts;
  facts.identity = read_identity(file);
  if (!facts.is_readable()) return facts;
  const Image image(file);
  DynamicNames names(image);
  facts.texts = names.share();
  read_segments(image, facts);
  read_sections(image, facts);
  read_dynamic(image, names, facts);
  facts.build_id = hexadecimal(build_id_of(image));
  facts.interpreter = interpreter_of(image);
  facts.isa_level = isa_level_needed(image);
  Relocated relocated;
  read_relocations(image, DT_RELA, DT_RELASZ, relocated);
  read_relocations(image, DT_JMPREL, DT_PLTRELSZ, relocated);
  read_symbols(image, names, read_versions(image, names, facts), relocated, facts);
  return facts;
}

}  // namespace lbundle::elf
