// What of an ELF file decides whether a certain system can load it.
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

// Nothing for names without a number, such as GLIBC_PRIVATE or CXXABI_FLOAT128, and for those of other
// libraries where they do not end in one.
std::optional<SeriesVersion> parse_series_version(std::string_view name);
// "2.33" or "3.4.24" as its numbers; empty where it is none.
std::vector<unsigned> parse_version_number(std::string_view text);

// A version that a file demands of a library, and a symbol for which it does.
struct DemandedVersion {
  std::string file, version;
  std::string symbol;  // empty where no symbol asks for it: the loader demands it all the same
};

// Of each library and series the highest version that `facts` demands; weak demands and versions without a
// number are left out. Ordered by library, then series.
std::vector<DemandedVersion> highest_demands(const ElfFacts& facts);

// The first symbol, by the file's own order, that wants `version` of `file`; empty where none does.
std::string symbol_wanting(const ElfFacts& facts, const std::string& file, const std::string& version);

// The level of x86-64 (2, 3, 4) that the file's notes demand, 0 where they say nothing. From version 2.33 on
// glibc refuses a file that demands more than the processor has. Source: GNU_PROPERTY_X86_ISA_1_NEEDED in the
// x86-64 psABI, "Program Property".
unsigned isa_level_needed(const Image& image);

// How the stack is asked for: a file without the header gets an executable one on x86-64.
enum class StackDemand { plain, executable, unsaid };
StackDemand stack_demand(const ElfFacts& facts);

// Formats of other systems, told by how a file begins.
enum class ForeignFormat { none, mach_o, portable_executable };
ForeignFormat foreign_format(ByteView file);

// What a file is made for, in words: "64-bit ARM", "32-bit x86".
std::string machine_text(const Identity& identity);

}  // namespace lbundle::elf
