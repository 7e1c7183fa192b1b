// LIEF 0.9 as a reader: what it says wrongly is worked out here from what it says rightly.
//
// - The dynamic symbols are counted by the section header of their table (the extract always has one); LIEF's
// own choice of
//   a method loses most of some libraries' symbols.
// - A symbol's version is the number in its version record, looked up in the definitions and requirements;
//   `symbol_version_auxiliary()` gives the parent's name for a version that inherits.
// - Imported is what has no section (shndx 0); exported is what has one and is global, weak or unique.
// `is_imported()` and
//   `is_exported()` ask for sizes and values too, and are wrong for functions without a size and for weak
//   symbols.
#include "elf/elf_file.hpp"

#include <map>
#include <mutex>

#include <LIEF/ELF.hpp>
#include <LIEF/logging.hpp>

#include "elf/abi_facts.hpp"
#include "elf/extract.hpp"

namespace lbundle::elf {

namespace {

namespace lief = LIEF::ELF;

constexpr unsigned version_number = 0x7fff;
constexpr unsigned version_hidden = 0x8000;
constexpr unsigned base_definition = 1;   // VER_FLG_BASE: the library's own name, no version
constexpr unsigned weak_requirement = 2;  // VER_FLG_WEAK
constexpr std::uint32_t segment_load = 1, segment_tls = 7, segment_stack = 0x6474e551;
constexpr std::uint32_t flag_executable = 1;
constexpr std::uint64_t flag_static_tls = 0x10;
constexpr std::uint64_t tag_rela = 7, tag_rela_size = 8, tag_jump_size = 2, tag_jump_relocations = 23;
constexpr std::uint64_t tag_init = 12, tag_init_array = 25, tag_flags = 30;
constexpr std::uint16_t machine_x86_64 = 62;
constexpr std::uint32_t copy_x86_64 = 5, copy_aarch64 = 1024;
constexpr std::uint32_t section_nobits = 8;

// A version's name and, where it is required of another file, that file.
struct VersionName {
  std::string version, file;
};

struct Versions {
  std::map<unsigned, VersionName> needed, defined;
};

Versions read_versions(const lief::Binary& binary, ElfFacts& facts) {
  Versions versions;
  for (const lief::SymbolVersionRequirement& requirement : binary.symbols_version_requirement()) {
    for (const lief::SymbolVersionAuxRequirement& wanted : requirement.auxiliary_symbols()) {
      versions.needed[wanted.other() & version_number] = {wanted.name(), requirement.name()};
      facts.needed_versions.push_back(
          {requirement.name(), wanted.name(), (wanted.flags() & weak_requirement) != 0});
    }
  }
  for (const lief::SymbolVersionDefinition& definition : binary.symbols_version_definition()) {
    // The first name is the version's own; the ones behind it are those it inherits.
    const auto names = definition.symbols_aux();
    if (names.size() == 0) continue;
    const std::string& name = names[0].name();
    if ((definition.flags() & base_definition) != 0) {
      facts.linked_as = name;
    } else {
      versions.defined[definition.ndx() & version_number] = {name, {}};
      facts.defined_versions.push_back(name);
    }
  }
  return versions;
}

// Appends texts to one buffer; views into it are made once it no longer grows.
class TextBuffer {
 public:
  struct Range {
    std::size_t start = 0, size = 0;
  };

  Range add(const std::string& text) {
    const Range range{text_.size(), text.size()};
    text_ += text;
    return range;
  }
  std::shared_ptr<const std::string> share() { return std::make_shared<const std::string>(std::move(text_)); }

 private:
  std::string text_;
};

struct PendingSymbol {
  ElfSymbol symbol;
  TextBuffer::Range name, version, version_file;
  bool defined = false;
};

bool concerns_others(const lief::Symbol& symbol) {
  const auto bind = static_cast<SymbolBind>(symbol.binding());
  return !symbol.name().empty() &&
         (bind == SymbolBind::global || bind == SymbolBind::weak || bind == SymbolBind::unique);
}

PendingSymbol read_symbol(const lief::Symbol& raw, const Versions& versions, TextBuffer& texts) {
  PendingSymbol pending;
  pending.defined = raw.shndx() != 0;
  pending.name = texts.add(raw.name());
  pending.symbol.type = static_cast<SymbolType>(raw.type());
  pending.symbol.bind = static_cast<SymbolBind>(raw.binding());
  pending.symbol.size = raw.size();
  if (!raw.has_version()) return pending;
  const unsigned value = raw.symbol_version().value();
  const auto& names = pending.defined ? versions.defined : versions.needed;
  if (const auto found = names.find(value & version_number); found != names.end()) {
    pending.version = texts.add(found->second.version);
    pending.version_file = texts.add(found->second.file);
    pending.symbol.hidden_version = pending.defined && (value & version_hidden) != 0;
  }
  return pending;
}

// What relocations say of symbols, by number.
struct Relocated {
  std::vector<bool> named;   // looked up when the file is loaded or first called
  std::vector<bool> copied;  // by a copy relocation
};

std::uint32_t word_at(ByteView table, std::uint64_t offset) {
  return std::uint32_t{table[offset]} | std::uint32_t{table[offset + 1]} << 8 |
         std::uint32_t{table[offset + 2]} << 16 | std::uint32_t{table[offset + 3]} << 24;
}

void mark(std::vector<bool>& numbers, std::uint32_t number) {
  if (numbers.size() <= number) numbers.resize(number + 1ULL);
  numbers[number] = true;
}

void read_relocations(const Image& image, std::uint64_t table_tag, std::uint64_t size_tag,
                      Relocated& relocated) {
  constexpr std::uint64_t entry_size = 24;  // Elf64_Rela: offset, type and symbol, addend
  const auto address = image.dynamic_value(table_tag);
  const auto size = image.dynamic_value(size_tag);
  if (!address || !size || *size == 0) return;
  const std::uint32_t copy = image.identity().machine == machine_x86_64 ? copy_x86_64 : copy_aarch64;
  const ByteView table = image.mapped_at(*address, *size);
  for (std::uint64_t at = 0; at + entry_size <= table.size(); at += entry_size) {
    const std::uint32_t number = word_at(table, at + 12);
    if (number == 0) continue;
    if (number > image.file().size()) throw MalformedElf("a relocation names a symbol that cannot be");
    mark(relocated.named, number);
    if (word_at(table, at + 8) == copy) mark(relocated.copied, number);
  }
}

void read_symbols(const lief::Binary& binary, const Versions& versions, const Relocated& relocated,
                  ElfFacts& facts) {
  TextBuffer texts;
  std::vector<PendingSymbol> pending;
  std::size_t number = 0;
  for (const lief::Symbol& raw : binary.dynamic_symbols()) {
    if (concerns_others(raw)) {
      pending.push_back(read_symbol(raw, versions, texts));
      pending.back().symbol.relocated = number < relocated.named.size() && relocated.named[number];
      pending.back().symbol.copied = number < relocated.copied.size() && relocated.copied[number];
    }
    ++number;
  }
  facts.texts = texts.share();
  const std::string_view all = *facts.texts;
  for (PendingSymbol& symbol : pending) {
    symbol.symbol.name = all.substr(symbol.name.start, symbol.name.size);
    symbol.symbol.version = all.substr(symbol.version.start, symbol.version.size);
    symbol.symbol.version_file = all.substr(symbol.version_file.start, symbol.version_file.size);
    // A copied object is defined in the program too, by the room it is copied to; it still wants the
    // library's.
    if (symbol.defined) facts.exports.push_back(symbol.symbol);
    if (!symbol.defined || symbol.symbol.copied) facts.imports.push_back(symbol.symbol);
  }
}

void read_dynamic(const lief::Binary& binary, ElfFacts& facts) {
  for (const lief::DynamicEntry& entry : binary.dynamic_entries()) {
    switch (entry.tag()) {
      case lief::DYNAMIC_TAGS::DT_NEEDED:
        facts.needed.push_back(static_cast<const lief::DynamicEntryLibrary&>(entry).name());
        break;
      case lief::DYNAMIC_TAGS::DT_SONAME:
        facts.soname = static_cast<const lief::DynamicSharedObject&>(entry).name();
        break;
      case lief::DYNAMIC_TAGS::DT_RPATH:
        facts.rpath = static_cast<const lief::DynamicEntryRpath&>(entry).rpath();
        break;
      case lief::DYNAMIC_TAGS::DT_RUNPATH:
        facts.runpath = static_cast<const lief::DynamicEntryRunPath&>(entry).runpath();
        break;
      default:
        break;
    }
  }
}

void read_notes(const lief::Binary& binary, ElfFacts& facts) {
  for (const lief::Note& note : binary.notes()) {
    for (const std::uint8_t byte : note.description()) {
      constexpr std::string_view digits = "0123456789abcdef";
      facts.build_id += digits[byte >> 4];
      facts.build_id += digits[byte & 15];
    }
  }
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
    if (section.type == section_nobits) continue;
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
    if (segment.type == segment_load) loaded += segment.file_size;
    if (segment.type == segment_tls) facts.has_tls = true;
    if (segment.type == segment_stack) facts.executable_stack = (segment.flags & flag_executable) != 0;
  }
  facts.unloaded_bytes = image.file().size() - std::min<std::uint64_t>(loaded, image.file().size());
}

// LIEF allocates and throws as it likes; what it throws for a checked extract means a file beyond what it
// understands.
std::unique_ptr<const lief::Binary> parse_extract(const Image& image) {
  static std::once_flag silenced;
  std::call_once(silenced, [] { LIEF::Logger::disable(); });
  std::unique_ptr<const lief::Binary> binary;
  try {
    binary = lief::Parser::parse(extract_for_reading(image), "", lief::DYNSYM_COUNT_METHODS::COUNT_SECTION);
  } catch (const LIEF::exception& failure) {
    throw MalformedElf(failure.what());
  }
  if (!binary) throw MalformedElf("LIEF does not take it for ELF");
  return binary;
}

}  // namespace

std::optional<ElfFacts> read_elf(ByteView file) {
  if (!begins_as_elf(file)) return std::nullopt;
  ElfFacts facts;
  facts.identity = read_identity(file);
  if (!facts.is_readable()) return facts;
  const Image image(file);
  const auto binary = parse_extract(image);
  read_segments(image, facts);
  read_sections(image, facts);
  read_dynamic(*binary, facts);
  read_notes(*binary, facts);
  if (binary->has_interpreter()) {
    const std::string& path = binary->interpreter();  // LIEF leaves the final NUL in it
    facts.interpreter = path.substr(0, path.find('\0'));
  }
  facts.isa_level = isa_level_needed(image);
  facts.static_tls = (image.dynamic_value(tag_flags).value_or(0) & flag_static_tls) != 0;
  facts.has_initialisers = image.dynamic_value(tag_init) || image.dynamic_value(tag_init_array);
  Relocated relocated;
  read_relocations(image, tag_rela, tag_rela_size, relocated);
  read_relocations(image, tag_jump_relocations, tag_jump_size, relocated);
  read_symbols(*binary, read_versions(*binary, facts), relocated, facts);
  return facts;
}

}  // namespace lbundle::elf
