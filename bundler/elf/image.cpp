#include "elf/image.hpp"

#include <algorithm>
#include <cstring>

#include <elf.h>

#include "model/text.hpp"

namespace lbundle::elf {

namespace {

template <typename T>
T read_at(ByteView bytes, std::uint64_t offset) {
  if (offset > bytes.size() || bytes.size() - offset < sizeof(T)) {
    throw MalformedElf(format("it ends at byte {}, inside a table", bytes.size()));
  }
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

std::uint64_t count_by_gnu_hash(const Image& image, std::uint64_t address) {
  const ByteView table = image.mapped_at(address);
  const auto buckets = read_at<std::uint32_t>(table, 0);
  const auto first_hashed = read_at<std::uint32_t>(table, 4);
  const auto bloom_words = read_at<std::uint32_t>(table, 8);
  const std::uint64_t bucket_start = 16 + std::uint64_t{bloom_words} * 8;
  const std::uint64_t chain_start = bucket_start + std::uint64_t{buckets} * 4;
  if (chain_start > table.size()) throw MalformedElf("its GNU hash table is cut off");
  std::uint64_t last = 0;
  for (std::uint64_t i = 0; i < buckets; ++i) {
    last = std::max<std::uint64_t>(last, read_at<std::uint32_t>(table, bucket_start + i * 4));
  }
  if (last < first_hashed) return first_hashed;
  // The last chain ends with an odd hash. If there is no odd hash, the loop reaches the end of the mapping,
  // and read_at throws.
  while ((read_at<std::uint32_t>(table, chain_start + (last - first_hashed) * 4) & 1) == 0) ++last;
  return last + 1;
}

std::uint64_t count_by_relocations(const Image& image, std::uint64_t table_tag, std::uint64_t size_tag) {
  const auto address = image.dynamic_value(table_tag);
  const auto size = image.dynamic_value(size_tag);
  if (!address || !size || *size == 0) return 0;
  const ByteView table = image.mapped_at(*address, *size);
  std::uint64_t count = 0;
  for (std::uint64_t at = 0; at + sizeof(Elf64_Rela) <= table.size(); at += sizeof(Elf64_Rela)) {
    count = std::max<std::uint64_t>(count, ELF64_R_SYM(read_at<Elf64_Rela>(table, at).r_info) + 1);
  }
  return count;
}

}  // namespace

bool begins_as_elf(ByteView file) {
  return file.size() >= SELFMAG && std::memcmp(file.data(), ELFMAG, SELFMAG) == 0;
}

Identity read_identity(ByteView file) {
  if (file.size() < 20) throw MalformedElf("it ends inside the ELF header");
  Identity identity;
  identity.is_64_bit = file[EI_CLASS] == ELFCLASS64;
  identity.is_little_endian = file[EI_DATA] == ELFDATA2LSB;
  const auto half = [&](std::size_t at) {
    const unsigned low = file[identity.is_little_endian ? at : at + 1];
    const unsigned high = file[identity.is_little_endian ? at + 1 : at];
    return static_cast<std::uint16_t>(low | high << 8);
  };
  identity.type = half(16);
  identity.machine = half(18);
  identity.os_abi = file[EI_OSABI];
  return identity;
}

std::string_view text_at(ByteView table, std::uint64_t offset) {
  if (offset >= table.size()) throw MalformedElf("a name is outside its string table");
  const ByteView rest = table.subspan(offset);
  const auto end = std::find(rest.begin(), rest.end(), std::uint8_t{0});
  if (end == rest.end()) throw MalformedElf("a string table is not terminated");
  return as_text(rest.first(static_cast<std::size_t>(end - rest.begin())));
}

Image::Image(ByteView file) : file_(file), identity_(read_identity(file)) {
  if (!identity_.is_64_bit || !identity_.is_little_endian)
    throw MalformedElf("it is not 64-bit little-endian");
  const auto header = read_at<Elf64_Ehdr>(file_, 0);
  if (header.e_phnum != 0 && header.e_phentsize != sizeof(Elf64_Phdr)) {
    throw MalformedElf(format("its program headers are {} bytes long", header.e_phentsize));
  }
  if (header.e_phnum == PN_XNUM) throw MalformedElf("it has 65,535 program headers or more");
  program_header_offset_ = header.e_phoff;
  read_segments(header.e_phnum);
  if (header.e_shoff != 0) {
    section_header_offset_ = header.e_shoff;
    try {
      if (header.e_shentsize != sizeof(Elf64_Shdr)) throw MalformedElf("section headers of an unknown size");
      // If the count or the index of the name table does not fit its field, the first section header holds
      // it.
      const auto first = read_at<Elf64_Shdr>(file_, header.e_shoff);
      read_sections(header.e_shnum == 0 ? first.sh_size : header.e_shnum,
                    header.e_shstrndx == SHN_XINDEX ? first.sh_link : header.e_shstrndx);
    } catch (const MalformedElf& fault) {
      // The loader never reads section headers, so a file loads even if they are damaged.
      sections_.clear();
      section_fault_ = fault.what();
    }
  }
  read_dynamic();
}

void Image::read_segments(std::uint64_t count) {
  const ByteView table = part(program_header_offset_, count * sizeof(Elf64_Phdr));
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto raw = read_at<Elf64_Phdr>(table, i * sizeof(Elf64_Phdr));
    segments_.push_back(
        {raw.p_type, raw.p_flags, raw.p_offset, raw.p_vaddr, raw.p_filesz, raw.p_memsz, raw.p_align});
    if (raw.p_type != PT_LOAD) continue;
    part(raw.p_offset, raw.p_filesz);
    if (raw.p_filesz > raw.p_memsz) throw MalformedElf("a segment is larger in the file than in memory");
    if (raw.p_vaddr + raw.p_memsz < raw.p_vaddr) throw MalformedElf("a segment leaves the address space");
  }
}

void Image::read_sections(std::uint64_t count, std::uint64_t name_table) {
  if (count > file_.size() / sizeof(Elf64_Shdr))
    throw MalformedElf("more section headers than the file can hold");
  const ByteView table = part(section_header_offset_, count * sizeof(Elf64_Shdr));
  section_header_count_ = count;
  ByteView names;
  if (name_table != SHN_UNDEF) {
    const auto header = read_at<Elf64_Shdr>(table, name_table * sizeof(Elf64_Shdr));
    names = part(header.sh_offset, header.sh_size);
  }
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto raw = read_at<Elf64_Shdr>(table, i * sizeof(Elf64_Shdr));
    if (raw.sh_type != SHT_NOBITS && raw.sh_type != SHT_NULL) part(raw.sh_offset, raw.sh_size);
    sections_.push_back({names.empty() ? std::string_view{} : text_at(names, raw.sh_name), raw.sh_type,
                         raw.sh_flags, raw.sh_addr, raw.sh_offset, raw.sh_size});
  }
}

void Image::read_dynamic() {
  for (const Segment& segment : segments_) {
    if (segment.type != PT_DYNAMIC || segment.file_size == 0) continue;
    // Read from the address in memory, as the loader does. The offset in the file is for tools.
    const ByteView table = mapped_at(segment.address, segment.file_size);
    for (std::uint64_t at = 0; at + sizeof(Elf64_Dyn) <= table.size(); at += sizeof(Elf64_Dyn)) {
      const auto raw = read_at<Elf64_Dyn>(table, at);
      if (raw.d_tag == DT_NULL) return;
      dynamic_.push_back({static_cast<std::uint64_t>(raw.d_tag), raw.d_un.d_val});
    }
    throw MalformedElf("its dynamic section does not end");
  }
}

std::optional<std::uint64_t> Image::dynamic_value(std::uint64_t tag) const {
  // If there are several, the loader keeps the last one.
  const auto found = std::find_if(dynamic_.rbegin(), dynamic_.rend(),
                                  [&](const DynamicEntry& entry) { return entry.tag == tag; });
  if (found == dynamic_.rend()) return std::nullopt;
  return found->value;
}

ByteView Image::mapped_at(std::uint64_t address) const {
  for (const Segment& segment : segments_) {
    if (segment.type != PT_LOAD || address < segment.address) continue;
    const std::uint64_t inside = address - segment.address;
    if (inside < segment.file_size) return file_.subspan(segment.offset + inside, segment.file_size - inside);
  }
  throw MalformedElf(format("nothing of the file is mapped at address {:#x}", address));
}

ByteView Image::mapped_at(std::uint64_t address, std::uint64_t size) const {
  if (size == 0) return {};
  const ByteView rest = mapped_at(address);
  if (rest.size() < size)
    throw MalformedElf(format("the table at address {:#x} leaves its segment", address));
  return rest.first(size);
}

ByteView Image::part(std::uint64_t offset, std::uint64_t size) const {
  if (offset > file_.size() || file_.size() - offset < size) {
    throw MalformedElf(format("{} bytes at offset {} are outside the file", size, offset));
  }
  return file_.subspan(offset, size);
}

std::uint64_t reached_symbol_count(const Image& image) {
  std::uint64_t count = std::max(count_by_relocations(image, DT_RELA, DT_RELASZ),
                                 count_by_relocations(image, DT_JMPREL, DT_PLTRELSZ));
  if (const auto hash = image.dynamic_value(DT_GNU_HASH))
    count = std::max(count, count_by_gnu_hash(image, *hash));
  if (const auto hash = image.dynamic_value(DT_HASH)) {
    count = std::max<std::uint64_t>(count, read_at<std::uint32_t>(image.mapped_at(*hash), 4));
  }
  return count;
}

std::uint64_t dynamic_symbol_count(const Image& image) {
  const auto address = image.dynamic_value(DT_SYMTAB);
  if (!address) return 0;
  for (const Section& section : image.sections()) {
    if (section.type != SHT_DYNSYM || section.address != *address) continue;
    // If the section header gives fewer symbols than the loader reaches, the header is wrong.
    const std::uint64_t count = section.size / sizeof(Elf64_Sym);
    try {
      return std::max(count, reached_symbol_count(image));
    } catch (const MalformedElf&) {
      return count;
    }
  }
  return reached_symbol_count(image);
}

}  // namespace lbundle::elf
