// The facts of an ELF file that decide whether a system can load it.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "elf/elf_file.hpp"

namespace lbundle::elf {

// A symbol version as the GNU libraries number theirs: "GLIBC_2.33" is the series GLIBC at 2.33.
struct SeriesVersion {
  std::string series;
  std::vector<unsigned> number;

  bool operator==(const SeriesVersion&) const = default;
};

// Nothing for a name that does not end in "_" and a number, such as GLIBC_PRIVATE or CXXABI_FLOAT128.
std::optional<SeriesVersion> parse_series_version(std::string_view name);
// The numbers of "2.33" or "3.4.24"; empty if `text` is not a version number.
std::vector<unsigned> parse_version_number(std::string_view text);

// A version that a file demands of a library, with one of the symbols that need it.
struct DemandedVersion {
  std::string file, version;
  std::string symbol;  // empty if no symbol asks for the version; the loader demands it anyway
};

// The highest version that `facts` demands of each library and series, ordered by library, then series. Weak
// demands and versions without a number are left out.
std::vector<DemandedVersion> highest_demands(const ElfFacts& facts);

// The name of the first symbol, in the file's order, that asks for `version` of `file`; empty if there is
// none.
std::string symbol_wanting(const ElfFacts& facts, const std::string& file, const std::string& version);

// The level of x86-64 (1 to 4) that the file's notes demand; 0 if they demand none. Since version 2.33, glibc
// refuses a file that demands more than the processor has. Source: GNU_PROPERTY_X86_ISA_1_NEEDED in the
// x86-64 psABI, "Program Property".
unsigned isa_level_needed(const Image& image);

// What the header PT_GNU_STACK asks for. `unsaid`: there is no such header, so on x86-64 the stack is
// executable.
enum class StackDemand { plain, executable, unsaid };
StackDemand stack_demand(const ElfFacts& facts);

// File formats of other systems, recognised by the first bytes of a file.
enum class ForeignFormat { none, mach_o, portable_executable };
ForeignFormat foreign_format(ByteView file);

// True if the first bytes of a file are those of ELF or of a foreign format.
bool begins_as_native(ByteView file);

// The kind of machine that a file is made for: "64-bit ARM", "32-bit x86".
std::string machine_text(const Identity& identity);

// True if the file says that it is for Linux, or does not say which system it is for.
bool is_for_linux(const Identity& identity);
// The system that the file says it is for: "FreeBSD". "another system" if the name is not known.
std::string system_text(const Identity& identity);

}  // namespace lbundle::elf
