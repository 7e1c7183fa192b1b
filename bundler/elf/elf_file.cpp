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

#include "elf/extract.hpp"

namespace lbundle::elf {

namespace {

namespace lief = LIEF::ELF;

constexpr unsigned version_number = 0x7fff;
constexpr unsigned version_hidden = 0x8000;
constexpr unsigned base_definition = 1;  // VER_FLG_BASE: the library's own name, no version
constexpr std::uint16_t type_executable = 2;
constexpr std::uint32_t segment_load = 1, segment_tls = 7, segment_stack = 0x6474e551;
constexpr std::uint32_t flag_executable = 1;
constexpr std::uint64_t flag_static_tls = 0x10;
constexpr std::uint64_t tag_rela = 7, tag_rela_size = 8, tag_init = 12, tag_init_array = 25, tag_flags = 30;
constexpr std::uint16_t machine_x86_64 = 62, machine_aarch64 = 183;
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
      facts.needed_versions.push_back({requirement.name(), wanted.name()});
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

// Numbers of the symbols that copy relocations name. Only programs have them; a library's relocations are not
// walked.
std::vector<bool> copied_symbols(const Image& image, bool is_program) {
  std::vector<bool> copied;
  const auto address = image.dynamic_value(tag_rela);
  const auto size = image.dynamic_value(tag_rela_size);
  if (!is_program || !address || !size || *size == 0) return copied;
  const std::uint32_t wanted = image.identity().machine == machine_x86_64 ? copy_x86_64 : copy_aarch64;
  const ByteView table = image.mapped_at(*address, *size);
  for (std::uint64_t at = 0; at + 24 <= table.size(); at += 24) {
    const auto word = [&](std::uint64_t offset) {
      return std::uint32_t{table[at + offset]} | std::uint32_t{table[at + offset + 1]} << 8 |
             std::uint32_t{table[at + offset + 2]} << 16 | std::uint32_t{table[at + offset + 3]} << 24;
    };
    if (word(8) != wanted) continue;
    const std::uint32_t number = word(12);
    if (number >= image.file().size()) continue;
    if (copied.size() <= number) copied.resize(number + 1U);
    copied[number] = true;
  }
  return copied;
}

void read_symbols(const lief::Binary& binary, const Versions& versions, const std::vector<bool>& copied,
                  ElfFacts& facts) {
  TextBuffer texts;
  std::vector<PendingSymbol> pending;
  std::size_t number = 0;
  for (const lief::Symbol& raw : binary.dynamic_symbols()) {
    if (concerns_others(raw)) {
      pending.push_back(read_symbol(raw, versions, texts));
      pending.back().symbol.copied = number < copied.size() && copied[number];
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
  if (binary->has_interpreter()) facts.interpreter = binary->interpreter().c_str();
  facts.static_tls = (image.dynamic_value(tag_flags).value_or(0) & flag_static_tls) != 0;
  facts.has_initialisers = image.dynamic_value(tag_init) || image.dynamic_value(tag_init_array);
  const bool is_program = facts.identity.type == type_executable || !facts.interpreter.empty();
  const Versions versions = read_versions(*binary, facts);
  read_symbols(*binary, versions, copied_symbols(image, is_program), facts);
  return facts;
}

}  // namespace lbundle::elf
