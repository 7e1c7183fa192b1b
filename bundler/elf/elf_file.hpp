// What is known of one ELF file, as plain values.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "elf/image.hpp"

namespace lbundle::elf {

// Values of st_info, with the numbers of the ABI (<elf.h>: STT_OBJECT, STB_WEAK, …).
enum class SymbolType : std::uint8_t {
  none = 0,
  object = 1,
  function = 2,
  section = 3,
  file = 4,
  common = 5,
  tls = 6,
  ifunc = 10
};
enum class SymbolBind : std::uint8_t { local = 0, global = 1, weak = 2, unique = 10 };

// A dynamic symbol that other files can see or that this file needs. Its texts belong to the ElfFacts that
// hold it.
struct ElfSymbol {
  std::string_view name;
  std::string_view version;       // "GLIBC_2.17"; empty if it has none
  std::string_view version_file;  // for an import with a version: the DT_NEEDED that must define it
  SymbolType type = SymbolType::none;
  SymbolBind bind = SymbolBind::global;
  bool hidden_version = false;  // found only by lookups for this version ("name@V", not "name@@V")
  bool relocated = false;       // a relocation names it, so it is looked up, even if this file defines it
  bool copied = false;          // an object that a copy relocation copies into the importing program
  std::uint64_t size = 0;       // bytes

  bool operator==(const ElfSymbol&) const = default;
};

struct NeededVersion {
  std::string file, version;
  bool weak = false;  // VER_FLG_WEAK: the loader continues if the version is missing

  bool operator==(const NeededVersion&) const = default;
};

struct ElfFacts {
  Identity identity;
  std::string soname;
  // The name under which the library was linked. It differs from `soname` if a tool renamed the library,
  // because the version definitions still have the old name.
  std::string linked_as;
  std::vector<std::string> needed;
  std::string rpath, runpath;  // as written, with the colons
  std::string interpreter;
  std::vector<ElfSymbol> exports;  // defined, and global, weak or unique
  std::vector<ElfSymbol> imports;  // undefined, or copied from a library (`copied`)
  std::vector<NeededVersion> needed_versions;
  std::vector<std::string> defined_versions;  // without the base definition
  bool has_tls = false;
  bool static_tls = false;  // DF_STATIC_TLS: it needs space in the block that is laid out at program start
  bool executable_stack = false;
  bool has_initialisers = false;
  std::string build_id;  // hexadecimal
  // The level of x86-64 that the notes demand of the processor: 2 for x86-64-v2; 0 if they demand none.
  unsigned isa_level = 0;
  std::vector<Segment> segments;
  std::string producer;              // the texts of .comment, joined by "; "
  std::uint64_t debug_bytes = 0;     // size of the .debug_* and .zdebug_* sections in the file
  std::uint64_t symtab_bytes = 0;    // size of .symtab and .strtab
  std::uint64_t unloaded_bytes = 0;  // part of the file that is not loaded

  // True if a Lambda runtime could load it: 64-bit and little-endian.
  bool is_readable() const { return identity.is_64_bit && identity.is_little_endian; }

  // Holds the texts of the symbols.
  std::shared_ptr<const std::string> texts;
};

// The facts of `file`; nothing if it does not begin as ELF. For files that are not 64-bit little-endian only
// `identity` is filled. Throws MalformedElf.
std::optional<ElfFacts> read_elf(ByteView file);

// A compact form of facts for a cache, and back. parse_facts returns nothing if `bytes` are not in this form.
// The number `facts_form` belongs in the cache's key: raise it if the form changes, or if read_elf reads a
// file differently.
inline constexpr int facts_form = 5;
Bytes serialise(const ElfFacts& facts);
std::optional<ElfFacts> parse_facts(ByteView bytes);

}  // namespace lbundle::elf
