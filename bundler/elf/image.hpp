// A checked view of an ELF file's headers and of the tables that its dynamic section names.
//
// Layouts and constants: System V ABI, "Object Files" and "Program Loading and Dynamic Linking"; <elf.h>.
#pragma once

#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "os/bytes.hpp"

namespace lbundle::elf {

// A file that begins as ELF but is damaged: the exception says how.
class MalformedElf : public std::exception {
 public:
  explicit MalformedElf(std::string cause) : cause_(std::move(cause)) {}
  const char* what() const noexcept override { return cause_.c_str(); }

 private:
  std::string cause_;
};

// A program header; sizes and offsets in bytes.
struct Segment {
  std::uint32_t type = 0;
  std::uint32_t flags = 0;
  std::uint64_t offset = 0;
  std::uint64_t address = 0;
  std::uint64_t file_size = 0;
  std::uint64_t memory_size = 0;
  std::uint64_t alignment = 0;

  bool operator==(const Segment&) const = default;
};

struct Section {
  std::string_view name;
  std::uint32_t type = 0;
  std::uint64_t flags = 0;
  std::uint64_t address = 0;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

struct DynamicEntry {
  std::uint64_t tag = 0;
  std::uint64_t value = 0;
};

bool begins_as_elf(ByteView file);

// What the first 20 bytes say. Of a file for another kind of machine, nothing more is read.
struct Identity {
  bool is_64_bit = false;
  bool is_little_endian = false;
  std::uint16_t type = 0;     // ET_DYN, ET_EXEC, ET_REL, …
  std::uint16_t machine = 0;  // EM_X86_64, EM_AARCH64, …
  std::uint8_t os_abi = 0;    // EI_OSABI: ELFOSABI_NONE, ELFOSABI_FREEBSD, …
};

// Throws MalformedElf if the file is shorter than 20 bytes.
Identity read_identity(ByteView file);

// Every offset, size and count that this class returns is inside the file. Nothing is trusted before it is
// checked, and each loop is bounded by the file's size. It holds no copy: the bytes must outlive it.
class Image {
 public:
  // Only for 64-bit little-endian files, because every Lambda runtime is of this kind. Throws MalformedElf.
  explicit Image(ByteView file);

  ByteView file() const { return file_; }
  const Identity& identity() const { return identity_; }
  std::uint64_t program_header_offset() const { return program_header_offset_; }
  std::uint64_t section_header_offset() const { return section_header_offset_; }
  std::uint64_t section_header_count() const { return section_header_count_; }

  // In the order of the file.
  const std::vector<Segment>& segments() const { return segments_; }
  // Empty if the file has no section headers or if they cannot be trusted; then `section_fault` says why.
  const std::vector<Section>& sections() const { return sections_; }
  const std::string& section_fault() const { return section_fault_; }
  // All entries before the DT_NULL. Empty for a static program.
  const std::vector<DynamicEntry>& dynamic() const { return dynamic_; }
  std::optional<std::uint64_t> dynamic_value(std::uint64_t tag) const;

  // The bytes that the loader maps from the file at `address`: at least one, up to the end of the segment's
  // part of the file. Throws MalformedElf if nothing is mapped from the file there.
  ByteView mapped_at(std::uint64_t address) const;
  // The same, cut to `size` bytes. Throws MalformedElf if fewer are there.
  ByteView mapped_at(std::uint64_t address, std::uint64_t size) const;
  // A part of the file. Throws MalformedElf if it is not all inside the file.
  ByteView part(std::uint64_t offset, std::uint64_t size) const;

 private:
  void read_segments(std::uint64_t count);
  void read_sections(std::uint64_t count, std::uint64_t name_table);
  void read_dynamic();

  ByteView file_;
  Identity identity_;
  std::uint64_t program_header_offset_ = 0, section_header_offset_ = 0, section_header_count_ = 0;
  std::vector<Segment> segments_;
  std::vector<Section> sections_;
  std::string section_fault_;
  std::vector<DynamicEntry> dynamic_;
};

// The number of entries in the dynamic symbol table. No header that the loader reads states it, so it is
// taken from the table's section header and from what the loader's tables reach. Throws MalformedElf.
std::uint64_t dynamic_symbol_count(const Image& image);

// The number of entries that the hash tables and the largest symbol index of a relocation reach. Only these
// symbols can be looked up or bound. Throws MalformedElf.
std::uint64_t reached_symbol_count(const Image& image);

// The NUL-terminated text at `offset` of `table`. Throws MalformedElf if the text does not end inside the
// table.
std::string_view text_at(ByteView table, std::uint64_t offset);

}  // namespace lbundle::elf
