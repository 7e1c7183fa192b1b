// What is to know about one ELF file, as plain values.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "elf/image.hpp"

namespace lbundle::elf {

// Values of st_info as the ABI numbers them (<elf.h>: STT_OBJECT, STB_WEAK, …).
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

// A dynamic symbol that other files can see or that this one wants. The texts belong to the ElfFacts that
// hold it.
struct ElfSymbol {
  std::string_view name;
  std::string_view version;       // "GLIBC_2.17"; empty where it has none
  std::string_view version_file;  // of an import with a version: the DT_NEEDED that is to define it
  SymbolType type = SymbolType::none;
  SymbolBind bind = SymbolBind::global;
  bool hidden_version = false;  // defined for those who ask for this version alone ("name@V", not "name@@V")
  bool relocated = false;       // a relocation names it: it is looked up, also where this file defines it
  bool copied = false;          // an object that a copy relocation moves to the importing program
  std::uint64_t size = 0;       // bytes

  bool operator==(const ElfSymbol&) const = default;
};

struct NeededVersion {
  std::string file, version;
  bool weak = false;  // VER_FLG_WEAK: the loader goes on without it

  bool operator==(const NeededVersion&) const = default;
};

struct ElfFacts {
  Identity identity;
  std::string soname;
  // The name the library was linked under, where a tool renamed it: its version definitions still say.
  std::string linked_as;
  std::vector<std::string> needed;
  std::string rpath, runpath;  // as written, colons and all
  std::string interpreter;
  std::vector<ElfSymbol> exports;  // defined, and global, weak or unique
  std::vector<ElfSymbol> imports;  // undefined
  std::vector<NeededVersion> needed_versions;
  std::vector<std::string> defined_versions;  // without the base
  bool has_tls = false;
  bool static_tls = false;  // DF_STATIC_TLS: wants room in the block that is laid out at start
  bool executable_stack = false;
  bool has_initialisers = false;
  std::string build_id;  // hexadecimal
  // Of x86-64, as the notes demand it of the processor: 2 for x86-64-v2; 0 where they say nothing.
  unsigned isa_level = 0;
  std::vector<Segment> segments;
  std::string producer;              // .comment, its parts joined by "; "
  std::uint64_t debug_bytes = 0;     // of .debug_* and .zdebug_* sections in the file
  std::uint64_t symtab_bytes = 0;    // of .symtab and its names
  std::uint64_t unloaded_bytes = 0;  // of the file outside of what is loaded

  // True for what a Lambda runtime can load: 64-bit, little-endian.
  bool is_readable() const { return identity.is_64_bit && identity.is_little_endian; }

  // Holds the texts of the symbols.
  std::shared_ptr<const std::string> texts;
};

// Nothing where it does not begin as ELF. For files of another class or byte order only `identity` is filled.
// Throws MalformedElf.
std::optional<ElfFacts> read_elf(ByteView file);

// A compact form to be kept in a cache, and back; nothing where `bytes` are no such form. The number of the
// form belongs in the cache's key.
inline constexpr int facts_form = 3;
Bytes serialise(const ElfFacts& facts);
std::optional<ElfFacts> parse_facts(ByteView bytes);

}  // namespace lbundle::elf
