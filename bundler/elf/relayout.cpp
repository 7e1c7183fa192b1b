// The problem: the tools that strip a file do not keep its layout reliably. After patchelf has moved tables
// to new segments, GNU strip writes offsets that are no longer congruent with the addresses. llvm-strip does
// the same for most wheels. It is luck if such a file still loads. And both tools keep all of patchelf's dead
// bytes.
//
// The idea: a loader reads the ELF header, the program headers and the PT_LOAD segments, and nothing else. So
// the file is written from these alone. Addresses stay the same, and with them everything that code and
// tables refer to. Only offsets in the file change, and only the program headers name these.
//
// Whole pages of dead bytes inside a segment are left out. The segment becomes two, with a gap in memory
// between them. Loaders can do this, because some linkers put segments apart too. Each gap needs another
// program header. There is room for it if patchelf has moved the table's neighbours away. If there is less
// room, only the largest gaps are made.
//
// Rejected: to let LIEF write the file (a minute for a large library, and the result is larger); to move the
// table of program headers to a place with room for every gap (unwinders find it by its address); to cut
// zeros off the end of a segment (they cost nothing once deflated, and the loader would have to zero a
// segment that is not writable).
//
// A program could miss three kinds of removed bytes. First, the payload of a file that reads itself, such as
// an archive after the last section, or a section that is not loaded and that no known tool makes: such files
// stay as they are. Second, the bytes after a segment's end, in its last page, which are mapped by accident:
// the loader zeroes them for .bss, and nothing else may rely on them. Third, symbols for debuggers: they go
// to a folder of debug files if the user asks for it.
#include "elf/relayout.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include <elf.h>

#include "elf/image.hpp"
#include "elf/placement.hpp"
#include "model/text.hpp"

namespace lbundle::elf {

namespace {

// Each gap costs a mapping at load time.
constexpr std::size_t most_gaps = 64;

// True for sections that tools write into files and that nothing reads at run time. The tools are compilers,
// linkers, gdb and annobin.
bool is_known_unloaded(const Section& section) {
  static constexpr std::array prefixes = {
      ".debug_",    ".zdebug_", ".gnu.debug", ".note",       ".gnu.build.attributes",
      ".stab",      ".gdb_",    ".gnu.lto_",  ".rela.",      ".rel.",
      ".gnu_debug", ".llvm",    ".annobin",   ".gnu.warning"};
  static constexpr std::array names = {".comment",        ".symtab",           ".strtab",
                                       ".shstrtab",       ".symtab_shndx",     ".GCC.command.line",
                                       ".ARM.attributes", ".riscv.attributes", ".group"};
  if (section.type == SHT_NULL || section.type == SHT_NOBITS || section.size == 0) return true;
  if (section.type == SHT_SYMTAB || section.type == SHT_NOTE || section.type == SHT_GROUP) return true;
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](const char* p) { return section.name.starts_with(p); }) ||
         std::find(names.begin(), names.end(), section.name) != names.end();
}

// The parts of the file that its headers account for, joined and in order.
std::vector<FileRange> accounted_ranges(const Image& image) {
  std::vector<FileRange> ranges{{0, sizeof(Elf64_Ehdr)}};
  const auto add = [&](std::uint64_t start, std::uint64_t size) { ranges.push_back({start, start + size}); };
  add(image.program_header_offset(), image.segments().size() * sizeof(Elf64_Phdr));
  add(image.section_header_offset(), image.section_header_count() * sizeof(Elf64_Shdr));
  for (const Segment& segment : image.segments()) {
    if (segment.type == PT_LOAD) add(segment.offset, segment.file_size);
  }
  for (const Section& section : image.sections()) {
    if (section.type != SHT_NOBITS && section.type != SHT_NULL) add(section.offset, section.size);
  }
  std::sort(ranges.begin(), ranges.end(),
            [](const FileRange& a, const FileRange& b) { return a.start < b.start; });
  std::vector<FileRange> joined;
  for (const FileRange& range : ranges) {
    if (!joined.empty() && range.start <= joined.back().end) {
      joined.back().end = std::max(joined.back().end, range.end);
    } else {
      joined.push_back(range);
    }
  }
  return joined;
}

bool is_filled_with(ByteView bytes, std::uint8_t value) {
  return std::all_of(bytes.begin(), bytes.end(), [&](std::uint8_t byte) { return byte == value; });
}

// Refuses a file that may hold data of its own outside of what is loaded.
void refuse_payload(const Image& image) {
  if (!image.section_fault().empty()) {
    throw Refusal{format("its section headers cannot be read ({})", image.section_fault())};
  }
  for (const Section& section : image.sections()) {
    if ((section.flags & SHF_ALLOC) == 0 && !is_known_unloaded(section)) {
      throw Refusal{
          format("its section {} is not loaded and not known; the file may read it itself", section.name)};
    }
  }
  const std::vector<FileRange> accounted = accounted_ranges(image);
  const ByteView behind =
      image.file().subspan(std::min<std::uint64_t>(accounted.back().end, image.file().size()));
  if (!is_filled_with(behind, 0) && !is_filled_with(behind, crossed_out)) {
    throw Refusal{
        format("{} bytes are behind its last section; the file may read them itself", behind.size())};
  }
}

// Refuses a file that defines a symbol which only the section headers show, because a reader without them
// would miss it.
void refuse_hidden_symbols(const Image& image) {
  const auto table = image.dynamic_value(DT_SYMTAB);
  if (!table) return;
  const std::uint64_t known = dynamic_symbol_count(image);
  for (std::uint64_t i = reached_symbol_count(image); i < known; ++i) {
    Elf64_Sym symbol;
    std::memcpy(&symbol, image.mapped_at(*table + i * sizeof symbol, sizeof symbol).data(), sizeof symbol);
    if (symbol.st_shndx != SHN_UNDEF)
      throw Refusal{"it defines symbols that none of the loader's tables reaches"};
  }
}

std::vector<Segment> loads_of(const Image& image) {
  std::vector<Segment> loads;
  for (const Segment& segment : image.segments()) {
    if (segment.type == PT_LOAD) loads.push_back(segment);
  }
  if (loads.empty()) throw Refusal{"nothing of it is loaded"};
  for (std::size_t i = 1; i < loads.size(); ++i) {
    if (loads[i].address < loads[i - 1].address + loads[i - 1].memory_size) {
      throw Refusal{"its segments overlap or are out of order"};
    }
  }
  return loads;
}

bool contains(const Segment& load, std::uint64_t offset, std::uint64_t size) {
  return offset >= load.offset && size <= load.file_size && offset - load.offset <= load.file_size - size;
}

// The place in the new file to which a program header other than PT_LOAD points.
std::uint64_t translated_offset(const Segment& segment, const std::vector<Placed>& placed) {
  for (const Placed& load : placed) {
    const Segment& old = load.segment;
    if (segment.file_size != 0 && contains(old, segment.offset, segment.file_size) &&
        segment.address - old.address == segment.offset - old.offset) {
      return load.offset + (segment.offset - old.offset);
    }
  }
  // Without bytes in the file (a stack's flags, thread-local zeros) the offset means nothing, but it stays
  // congruent.
  if (segment.file_size == 0) {
    for (const Placed& load : placed) {
      const std::uint64_t inside = segment.address - load.segment.address;
      if (segment.address >= load.segment.address && inside <= load.segment.file_size)
        return load.offset + inside;
    }
    return 0;
  }
  throw Refusal{format("program header of type {:#x} names bytes that are not loaded", segment.type)};
}

// Returns how many program headers can be added behind the table, at most `most`. There is room if the bytes
// behind the table are dead. The bytes that are taken then belong to the table and are dead no longer.
std::size_t room_for_headers(const Image& image, std::size_t most, std::vector<DeadBytes>& dead) {
  const std::uint64_t end = image.program_header_offset() + image.segments().size() * sizeof(Elf64_Phdr);
  const auto behind = std::find_if(dead.begin(), dead.end(), [&](const DeadBytes& one) {
    return one.range.start <= end && one.range.end > end;
  });
  if (behind == dead.end()) return 0;
  const std::size_t room = std::min(most, (behind->range.end - end) / sizeof(Elf64_Phdr));
  behind->range.start = end + room * sizeof(Elf64_Phdr);
  return room;
}

// The new table of program headers: the old ones in their order, and for each segment one entry for each of
// its parts.
std::vector<Elf64_Phdr> new_program_headers(const Image& image, const std::vector<Parts>& segments,
                                            std::uint64_t at) {
  std::vector<Placed> all;
  for (const Parts& parts : segments) all.insert(all.end(), parts.begin(), parts.end());
  std::vector<Elf64_Phdr> table;
  std::size_t load = 0;
  for (std::size_t i = 0; i < image.segments().size(); ++i) {
    const Segment& segment = image.segments()[i];
    Elf64_Phdr raw;
    std::memcpy(&raw, image.file().data() + image.program_header_offset() + i * sizeof raw, sizeof raw);
    if (segment.type != PT_LOAD) {
      raw.p_offset = segment.type == PT_PHDR ? at : translated_offset(segment, all);
      table.push_back(raw);
      continue;
    }
    for (const Placed& part : segments[load++]) {
      Elf64_Phdr one = raw;
      one.p_offset = part.offset;
      one.p_vaddr = part.segment.address;
      one.p_paddr += part.segment.address - raw.p_vaddr;
      one.p_filesz = part.segment.file_size;
      one.p_memsz = part.segment.memory_size;
      table.push_back(one);
    }
  }
  for (Elf64_Phdr& raw : table) {
    if (raw.p_type == PT_PHDR) raw.p_filesz = raw.p_memsz = table.size() * sizeof(Elf64_Phdr);
  }
  return table;
}

void write_headers(const Image& image, const std::vector<Elf64_Phdr>& table, std::uint64_t at, Bytes& bytes) {
  Elf64_Ehdr header;
  std::memcpy(&header, image.file().data(), sizeof header);
  header.e_phoff = at;
  header.e_phnum = static_cast<Elf64_Half>(table.size());
  header.e_shoff = 0;
  header.e_shnum = 0;
  header.e_shstrndx = SHN_UNDEF;
  std::memcpy(bytes.data(), &header, sizeof header);
  std::memcpy(bytes.data() + at, table.data(), table.size() * sizeof(Elf64_Phdr));
}

void copy_part(const Image& image, const Placed& part, const std::vector<DeadBytes>& dead, Bytes& bytes) {
  const Segment& old = part.segment;
  std::copy_n(image.file().begin() + static_cast<std::ptrdiff_t>(old.offset), old.file_size,
              bytes.begin() + static_cast<std::ptrdiff_t>(part.offset));
  for (const DeadBytes& one : dead) {
    const std::uint64_t start = std::max(one.range.start, old.offset);
    const std::uint64_t end = std::min(one.range.end, old.offset + old.file_size);
    if (start < end) std::memset(bytes.data() + part.offset + (start - old.offset), one.filler, end - start);
  }
}

// Where the two headers are: in a loaded segment, or in front of all segments.
struct HeaderPlace {
  bool header_is_loaded = false;
  const Segment* table_load = nullptr;
};

// Returns the only segment that holds the bytes [offset, offset + size) of the file, or null if no segment
// has any of them. Throws Refusal if a segment has only a part of them, or if two segments have them: the
// headers change, and code that loads a part of them, or loads them twice, would see that.
const Segment* only_load_of(const std::vector<Segment>& loads, std::uint64_t offset, std::uint64_t size) {
  const Segment* only = nullptr;
  for (const Segment& load : loads) {
    if (load.file_size == 0 || load.offset >= offset + size || load.offset + load.file_size <= offset)
      continue;
    if (only != nullptr || !contains(load, offset, size))
      throw Refusal{"its headers are loaded in part, or twice"};
    only = &load;
  }
  return only;
}

// Throws Refusal if something else is at the place of the headers, because they are rewritten.
void refuse_overlaid_headers(const Image& image) {
  const FileRange header{0, sizeof(Elf64_Ehdr)};
  const FileRange table{image.program_header_offset(),
                        image.program_header_offset() + image.segments().size() * sizeof(Elf64_Phdr)};
  const auto check = [&](std::uint64_t start, std::uint64_t size) {
    for (const FileRange& range : {header, table})
      if (size != 0 && start < range.end && start + size > range.start)
        throw Refusal{"something else is where its headers are"};
  };
  for (const Section& section : image.sections())
    if ((section.flags & SHF_ALLOC) != 0 && section.type != SHT_NOBITS) check(section.offset, section.size);
  for (const Segment& segment : image.segments()) {
    const bool may_hold_them =
        segment.type == PT_LOAD || segment.type == PT_PHDR || segment.type == PT_GNU_RELRO;
    if (!may_hold_them) check(segment.offset, segment.file_size);
  }
}

HeaderPlace header_place(const Image& image, const std::vector<Segment>& loads) {
  const std::uint64_t table_size = image.segments().size() * sizeof(Elf64_Phdr);
  const std::uint64_t table_at = image.program_header_offset();
  HeaderPlace place;
  place.header_is_loaded = only_load_of(loads, 0, sizeof(Elf64_Ehdr)) != nullptr;
  place.table_load = only_load_of(loads, table_at, table_size);
  if (place.table_load == nullptr && image.identity().type == ET_EXEC)
    throw Refusal{"its program headers are not loaded"};
  // If neither of the two is loaded, both go in front, where no segment begins.
  if (place.header_is_loaded && place.table_load == nullptr)
    throw Refusal{"its ELF header is loaded, but its program headers are not"};
  for (const Segment& segment : image.segments()) {
    if (segment.type == PT_PHDR && (segment.offset != table_at || segment.file_size != table_size))
      throw Refusal{"its PT_PHDR entry does not match its program headers"};
  }
  return place;
}

Bytes rewrite(const Image& image, const std::vector<AddressRange>& unreachable) {
  const std::vector<Segment> loads = loads_of(image);
  refuse_overlaid_headers(image);
  const HeaderPlace place = header_place(image, loads);
  std::vector<DeadBytes> dead = dead_bytes_of(image, unreachable);
  const std::size_t wanted = gaps_of(image, dead, most_gaps).size();
  const std::size_t room = place.table_load == nullptr ? wanted : room_for_headers(image, wanted, dead);
  const std::vector<FileRange> gaps = gaps_of(image, dead, room);

  const std::uint64_t table_size = (image.segments().size() + gaps.size()) * sizeof(Elf64_Phdr);
  const std::uint64_t start =
      place.header_is_loaded ? 0 : sizeof(Elf64_Ehdr) + (place.table_load == nullptr ? table_size : 0);
  std::vector<Parts> segments;
  segments.reserve(loads.size());
  for (const Segment& load : loads) segments.push_back(parts_of(load, gaps));
  Bytes bytes(place_shortest(segments, start, image.identity().machine));
  std::uint64_t table_at = sizeof(Elf64_Ehdr);
  for (const Parts& parts : segments) {
    for (const Placed& part : parts) {
      copy_part(image, part, dead, bytes);
      if (place.table_load != nullptr && contains(part.segment, image.program_header_offset(), table_size))
        table_at = part.offset + (image.program_header_offset() - part.segment.offset);
    }
  }
  write_headers(image, new_program_headers(image, segments, table_at), table_at, bytes);
  return bytes;
}

}  // namespace

Relayout relayout(ByteView file, const std::vector<AddressRange>& unreachable) {
  try {
    const Image image(file);
    if (image.identity().type != ET_DYN && image.identity().type != ET_EXEC) {
      throw Refusal{"it is neither a library nor a program"};
    }
    refuse_payload(image);
    refuse_hidden_symbols(image);
    Bytes bytes = rewrite(image, unreachable);
    if (bytes.size() >= file.size()) throw Refusal{nothing_to_take};
    return {std::move(bytes), {}};
  } catch (const Refusal& refusal) {
    return {std::nullopt, refusal.reason};
  } catch (const MalformedElf& fault) {
    return {std::nullopt, fault.what()};
  }
}

}  // namespace lbundle::elf
