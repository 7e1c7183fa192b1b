#include "elf/abi_facts.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include <elf.h>

#include "elf/image.hpp"
#include "model/text.hpp"

namespace lbundle::elf {

namespace {

constexpr std::uint32_t note_property = 5;                 // NT_GNU_PROPERTY_TYPE_0
constexpr std::uint32_t property_isa_needed = 0xc0008002;  // GNU_PROPERTY_X86_ISA_1_NEEDED

std::uint32_t word_at(ByteView bytes, std::uint64_t at) {
  std::uint32_t word = 0;
  std::memcpy(&word, bytes.data() + at, sizeof word);
  return word;
}

constexpr std::uint64_t rounded_up(std::uint64_t value, std::uint64_t step) {
  return (value + step - 1) / step * step;
}

// Bit 0 of `bits` is the baseline, and bits 1 to 3 are x86-64-v2 to v4. Returns the highest level, 0 if no
// bit is set.
unsigned level_of(std::uint32_t bits) {
  for (unsigned level = 4; level > 1; --level) {
    if ((bits >> (level - 1) & 1) != 0) return level;
  }
  return bits == 0 ? 0 : 1;
}

// The level that an array of properties demands. A property is a type and a size, four bytes each, and then
// its value, padded to eight bytes.
unsigned level_in_properties(ByteView properties) {
  for (std::uint64_t at = 0; at + 8 <= properties.size();) {
    const std::uint32_t type = word_at(properties, at);
    const std::uint64_t size = word_at(properties, at + 4);
    if (properties.size() - at - 8 < size) break;
    if (type == property_isa_needed && size == 4) return level_of(word_at(properties, at + 8));
    at += 8 + rounded_up(size, 8);
  }
  return 0;
}

// Stops at a note with damaged sizes, as the loader does.
unsigned level_in_notes(ByteView notes, std::uint64_t alignment) {
  unsigned level = 0;
  for (std::uint64_t at = 0; at + sizeof(Elf64_Nhdr) <= notes.size();) {
    const std::uint64_t name_size = word_at(notes, at);
    const std::uint64_t size = word_at(notes, at + 4);
    const std::uint64_t start = at + sizeof(Elf64_Nhdr) + rounded_up(name_size, 4);
    if (start > notes.size() || notes.size() - start < size) break;
    const bool gnu = name_size == 4 && std::memcmp(notes.data() + at + sizeof(Elf64_Nhdr), "GNU", 4) == 0;
    if (gnu && word_at(notes, at + 8) == note_property) {
      level = std::max(level, level_in_properties(notes.subspan(start, size)));
    }
    at = rounded_up(start + size, alignment == 8 ? 8 : 4);
  }
  return level;
}

}  // namespace

std::vector<unsigned> parse_version_number(std::string_view text) {
  std::vector<unsigned> numbers;
  constexpr std::size_t most_digits = 6;
  while (true) {
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    if (digits == 0 || digits > most_digits) return {};
    unsigned number = 0;
    for (const char digit : text.substr(0, digits)) number = number * 10 + static_cast<unsigned>(digit - '0');
    numbers.push_back(number);
    text.remove_prefix(digits);
    if (text.empty()) return numbers;
    if (text.front() != '.') return {};
    text.remove_prefix(1);
  }
}

std::optional<SeriesVersion> parse_series_version(std::string_view name) {
  // Files with packed relative relocations demand this version. glibc reads such relocations since 2.36.
  if (name == "GLIBC_ABI_DT_RELR") return SeriesVersion{"GLIBC", {2, 36}};
  const std::size_t line = name.rfind('_');
  if (line == std::string_view::npos || line == 0) return std::nullopt;
  auto number = parse_version_number(name.substr(line + 1));
  if (number.empty()) return std::nullopt;
  return SeriesVersion{std::string(name.substr(0, line)), std::move(number)};
}

std::string symbol_wanting(const ElfFacts& facts, const std::string& file, const std::string& version) {
  const auto found = std::ranges::find_if(facts.imports, [&](const ElfSymbol& symbol) {
    return symbol.version == version && symbol.version_file == file;
  });
  return found == facts.imports.end() ? std::string() : std::string(found->name);
}

std::vector<DemandedVersion> highest_demands(const ElfFacts& facts) {
  struct Highest {
    std::vector<unsigned> number;
    std::string version;
  };
  std::map<std::pair<std::string, std::string>, Highest> highest;
  for (const NeededVersion& needed : facts.needed_versions) {
    auto parsed = parse_series_version(needed.version);
    if (needed.weak || !parsed) continue;
    auto& most = highest[{needed.file, parsed->series}];
    if (parsed->number > most.number) most = {std::move(parsed->number), needed.version};
  }
  std::vector<DemandedVersion> demands;
  for (const auto& [key, most] : highest) {
    demands.push_back({key.first, most.version, symbol_wanting(facts, key.first, most.version)});
  }
  return demands;
}

unsigned isa_level_needed(const Image& image) {
  if (image.identity().machine != EM_X86_64) return 0;
  unsigned level = 0;
  for (const Segment& segment : image.segments()) {
    if (segment.type != PT_NOTE || segment.offset > image.file().size() ||
        image.file().size() - segment.offset < segment.file_size) {
      continue;
    }
    level = std::max(level, level_in_notes(image.part(segment.offset, segment.file_size), segment.alignment));
  }
  return level;
}

StackDemand stack_demand(const ElfFacts& facts) {
  if (facts.executable_stack) return StackDemand::executable;
  const bool said = std::ranges::any_of(facts.segments,
                                        [](const Segment& segment) { return segment.type == PT_GNU_STACK; });
  return said ? StackDemand::plain : StackDemand::unsaid;
}

ForeignFormat foreign_format(ByteView file) {
  // Sources: <mach-o/loader.h> for MH_MAGIC and MH_MAGIC_64 in either byte order; <mach-o/fat.h> for
  // FAT_MAGIC.
  static constexpr std::array<std::array<std::uint8_t, 4>, 5> mach_o{{{0xfe, 0xed, 0xfa, 0xce},
                                                                      {0xfe, 0xed, 0xfa, 0xcf},
                                                                      {0xce, 0xfa, 0xed, 0xfe},
                                                                      {0xcf, 0xfa, 0xed, 0xfe},
                                                                      {0xca, 0xfe, 0xba, 0xbe}}};
  if (file.size() < 4) return ForeignFormat::none;
  const auto begins = [&](const auto& magic) { return std::equal(magic.begin(), magic.end(), file.begin()); };
  if (std::ranges::any_of(mach_o, begins)) return ForeignFormat::mach_o;
  return file[0] == 'M' && file[1] == 'Z' ? ForeignFormat::portable_executable : ForeignFormat::none;
}

bool begins_as_native(ByteView file) {
  return begins_as_elf(file) || foreign_format(file) != ForeignFormat::none;
}

std::string machine_text(const Identity& identity) {
  static const std::map<std::uint16_t, const char*> names{
      {EM_X86_64, "x86"},    {EM_386, "x86"},   {EM_AARCH64, "ARM"}, {EM_ARM, "ARM"},
      {EM_PPC64, "PowerPC"}, {EM_S390, "s390"}, {EM_RISCV, "RISC-V"}};
  const auto found = names.find(identity.machine);
  const std::string name =
      found == names.end() ? format("machine number {}", identity.machine) : std::string(found->second);
  return format("{}-bit {}{}", identity.is_64_bit ? 64 : 32, name,
                identity.is_little_endian ? "" : ", big-endian");
}

bool is_for_linux(const Identity& identity) {
  // Compilers for Linux write ELFOSABI_NONE, or ELFOSABI_GNU if the file has indirect functions.
  return identity.os_abi == ELFOSABI_NONE || identity.os_abi == ELFOSABI_GNU;
}

std::string system_text(const Identity& identity) {
  static const std::map<std::uint8_t, const char*> names{
      {ELFOSABI_FREEBSD, "FreeBSD"}, {ELFOSABI_NETBSD, "NetBSD"}, {ELFOSABI_OPENBSD, "OpenBSD"},
      {ELFOSABI_SOLARIS, "Solaris"}, {ELFOSABI_HPUX, "HP-UX"},    {ELFOSABI_AIX, "AIX"}};
  const auto found = names.find(identity.os_abi);
  return found == names.end() ? "another system" : found->second;
}

}  // namespace lbundle::elf
