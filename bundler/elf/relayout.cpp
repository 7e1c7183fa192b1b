// The problem: the tools that strip keep a file's layout half-heartedly. After patchelf has moved tables to
// new segments, GNU strip writes offsets that are no longer congruent with the addresses, llvm-strip does so
// for most wheels, and what loads afterwards is luck; patchelf's dead bytes they keep all.
//
// The idea: a loader looks at the ELF header, the program headers and the PT_LOAD segments, and at nothing
// else. So the file is written from these alone. Addresses stay, and with them everything that code and
// tables refer to; only offsets in the file change, which the program headers alone name.
//
// Whole pages of dead bytes inside a segment are left out: the segment becomes two, with a gap in memory
// between them, which loaders have always known from segments that linkers laid apart. Each gap takes another
// program header, for which there is room where patchelf has moved the table's neighbours away; with less
// room the largest gaps are made.
//
// Rejected: to let LIEF write (a minute for a large library, and the result grows); to move the table of
// program headers to where there is room for every gap (unwinders find it by its address); to cut zeros off
// the end of a segment (they cost nothing once deflated, and a segment that is not writable would have to be
// zeroed by the loader).
//
// Three things may make a program miss what was taken: a file that reads itself (an archive behind the last
// section, a section that is not loaded and that no known tool makes): such files stay as they are. Bytes
// behind a segment's end, in its last page, which are mapped by accident: for .bss the loader zeroes them,
// and nothing else may rely on them. Symbols for debuggers: they go to a folder of debug files where the user
// wants them.
#include "elf/relayout.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <map>

#include <elf.h>

#include "elf/image.hpp"
#include "model/text.hpp"

namespace lbundle::elf {

namespace {

// Offsets are congruent with addresses modulo a page at least. Kernels for arm64 have pages of up to 64 KiB;
// a file that is laid out for them stays so.
constexpr std::uint64_t page = 4096;
constexpr std::uint64_t large_page = 65536;

// What tools write into files and nothing reads at run time. Compilers, linkers, gdb and annobin are the
// makers.
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

struct Refusal {
  std::string reason;
};

struct Range {
  std::uint64_t start = 0, end = 0;
};

// A segment with its place in the new file.
struct Placed {
  Segment segment;
  std::uint64_t offset = 0;
};

std::uint64_t congruence(const Segment& segment, std::uint16_t machine) {
  const std::uint64_t modulus = std::max(segment.alignment, page);
  const auto holds = [&](std::uint64_t m) { return (segment.address - segment.offset) % m == 0; };
  if ((modulus & (modulus - 1)) != 0) throw Refusal{format("a segment is aligned to {} bytes", modulus)};
  if (!holds(modulus)) throw Refusal{"a segment's offset is not congruent with its address already"};
  return machine == EM_AARCH64 && modulus < large_page && holds(large_page) ? large_page : modulus;
}

// The parts of the file that its headers account for, joined and in order.
std::vector<Range> accounted_ranges(const Image& image) {
  std::vector<Range> ranges{{0, sizeof(Elf64_Ehdr)}};
  const auto add = [&](std::uint64_t start, std::uint64_t size) { ranges.push_back({start, start + size}); };
  add(image.program_header_offset(), image.segments().size() * sizeof(Elf64_Phdr));
  add(image.section_header_offset(), image.section_header_count() * sizeof(Elf64_Shdr));
  for (const Segment& segment : image.segments()) {
    if (segment.type == PT_LOAD) add(segment.offset, segment.file_size);
  }
  for (const Section& section : image.sections()) {
    if (section.type != SHT_NOBITS && section.type != SHT_NULL) add(section.offset, section.size);
  }
  std::sort(ranges.begin(), ranges.end(), [](const Range& a, const Range& b) { return a.start < b.start; });
  std::vector<Range> joined;
  for (const Range& range : ranges) {
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

// patchelf overwrites what it has moved elsewhere with this letter.
constexpr std::uint8_t crossed_out = 'X';
// int3: what was taken for unreachable and is reached after all ends there, and does not run on.
constexpr std::uint8_t trap = 0xCC;
// A gap costs a mapping at load time; below this, and beyond so many of them, it is not worth one.
constexpr std::uint64_t least_gap = 16384;
constexpr std::size_t most_gaps = 64;

// Refuses files that carry something of their own outside of what is loaded.
void refuse_payload(const Image& image) {
  if (!image.section_fault().empty()) {
    throw Refusal{format("its section headers cannot be read ({})", image.section_fault())};
  }
  for (const Section& section : image.sections()) {
    if ((section.flags & SHF_ALLOC) == 0 && !is_known_unloaded(section)) {
      throw Refusal{
          format("its section {} is not loaded and unknown, the file may read it itself", section.name)};
    }
  }
  const std::vector<Range> accounted = accounted_ranges(image);
  const ByteView behind =
      image.file().subspan(std::min<std::uint64_t>(accounted.back().end, image.file().size()));
  if (!is_filled_with(behind, 0) && !is_filled_with(behind, crossed_out)) {
    throw Refusal{
        format("{} bytes lie behind its last section, the file may read them itself", behind.size())};
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

// Bytes that a segment takes in the file. A segment of zeros alone takes none; but where it begins inside a
// page, the loader maps that page from the file before it zeroes it, so one byte of it has to be there.
std::uint64_t taken_size(const Segment& segment) {
  if (segment.file_size != 0 || segment.address % page == 0) return segment.file_size;
  return 1;
}

std::uint64_t next_congruent(std::uint64_t end, std::uint64_t address, std::uint64_t modulus) {
  return end + (address - end) % modulus;
}

// What one segment becomes: itself, or its parts around gaps, which follow each other in the file.
using Parts = std::vector<Placed>;

// Places the segments behind one another, in the order `order`; returns the end.
std::uint64_t place_in_order(std::vector<Parts>& segments, const std::vector<std::size_t>& order,
                             std::uint64_t start, std::uint16_t machine) {
  std::uint64_t end = start;
  for (const std::size_t i : order) {
    for (Placed& one : segments[i]) {
      const bool holds_header = one.segment.offset == 0 && one.segment.file_size != 0;
      one.offset =
          holds_header ? 0 : next_congruent(end, one.segment.address, congruence(one.segment, machine));
      end = std::max(end, one.offset + taken_size(one.segment));
    }
  }
  return end;
}

// Between two segments up to a page less a byte is lost to congruence. Loaders do not mind in which order
// segments lie in the file, so for the few that a file has, every order is tried, and the first of the
// shortest is taken. The segment with the header stays in front.
std::uint64_t place_shortest(std::vector<Parts>& segments, std::uint64_t start, std::uint16_t machine) {
  constexpr std::size_t most_tried = 7;
  const auto is_first = [&](std::size_t i) { return segments[i].front().segment.offset == 0; };
  std::vector<std::size_t> order(segments.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_partition(order.begin(), order.end(), is_first);
  std::vector<std::size_t> best = order;
  std::uint64_t least = place_in_order(segments, order, start, machine);
  const auto movable = std::find_if_not(order.begin(), order.end(), is_first);
  if (static_cast<std::size_t>(order.end() - movable) <= most_tried) {
    while (std::next_permutation(movable, order.end())) {
      const std::uint64_t end = place_in_order(segments, order, start, machine);
      if (end < least) {
        least = end;
        best = order;
      }
    }
  }
  return place_in_order(segments, best, start, machine);
}

// Where a program header that is not PT_LOAD points to in the new file.
std::uint64_t translated_offset(const Segment& segment, const std::vector<Placed>& placed) {
  for (const Placed& load : placed) {
    const Segment& old = load.segment;
    if (segment.file_size != 0 && contains(old, segment.offset, segment.file_size) &&
        segment.address - old.address == segment.offset - old.offset) {
      return load.offset + (segment.offset - old.offset);
    }
  }
  // Without bytes in the file (a stack's flags, thread-local zeros) the offset means nothing, but stays
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

// Offsets that a section or a program header names, in order.
std::vector<Range> claimed_ranges(const Image& image) {
  std::vector<Range> claimed{{0, sizeof(Elf64_Ehdr)}};
  for (const Section& section : image.sections()) {
    if ((section.flags & SHF_ALLOC) != 0 && section.type != SHT_NOBITS && section.size != 0) {
      claimed.push_back({section.offset, section.offset + section.size});
    }
  }
  for (const Segment& segment : image.segments()) {
    if (segment.type != PT_LOAD && segment.type != PT_GNU_RELRO && segment.file_size != 0) {
      claimed.push_back({segment.offset, segment.offset + segment.file_size});
    }
  }
  claimed.push_back({image.program_header_offset(),
                     image.program_header_offset() + image.segments().size() * sizeof(Elf64_Phdr)});
  std::sort(claimed.begin(), claimed.end(), [](const Range& a, const Range& b) { return a.start < b.start; });
  return claimed;
}

// Runs of crossed-out bytes of a loaded segment that nothing claims, as offsets. Where sections are gone,
// nothing can be proven unused.
std::vector<Range> leftovers_of(const Image& image, const Segment& load, const std::vector<Range>& claimed) {
  std::vector<Range> runs;
  if (image.sections().empty()) return runs;
  constexpr std::uint64_t least_run = 16;
  const std::uint64_t end = load.offset + load.file_size;
  std::uint64_t free_from = load.offset;
  for (std::size_t i = 0; i <= claimed.size(); ++i) {
    const std::uint64_t free_to = i == claimed.size() ? end : std::min(claimed[i].start, end);
    while (free_from < free_to) {
      const auto* const run = image.file().data() + free_from;
      const auto* const stop =
          std::find_if(run, image.file().data() + free_to, [](auto byte) { return byte != crossed_out; });
      const auto length = static_cast<std::uint64_t>(stop - run);
      if (length >= least_run) runs.push_back({free_from, free_from + length});
      free_from += std::max<std::uint64_t>(length, 1);
    }
    if (i < claimed.size()) free_from = std::max(free_from, claimed[i].end);
  }
  return runs;
}

// Bytes that go, as offsets into the old file, and what stands in their place where their page stays.
struct DeadBytes {
  Range range;
  std::uint8_t filler = 0;
};

std::vector<DeadBytes> dead_bytes_of(const Image& image, const std::vector<AddressRange>& unreachable) {
  const std::vector<Range> claimed = claimed_ranges(image);
  std::vector<DeadBytes> dead;
  for (const Segment& load : image.segments()) {
    if (load.type != PT_LOAD) continue;
    for (const Range& run : leftovers_of(image, load, claimed)) dead.push_back({run, 0});
    if ((load.flags & PF_W) != 0) continue;
    for (const AddressRange& range : unreachable) {
      if (range.start < load.address || range.end > load.address + load.file_size) continue;
      dead.push_back({{load.offset + (range.start - load.address), load.offset + (range.end - load.address)},
                      (load.flags & PF_X) != 0 ? trap : std::uint8_t{0}});
    }
  }
  std::sort(dead.begin(), dead.end(),
            [](const DeadBytes& a, const DeadBytes& b) { return a.range.start < b.range.start; });
  return dead;
}

// How many program headers can be added behind the table: what follows it there belongs to nobody. The bytes
// are the table's then, and dead no longer.
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

// The pages of a segment that can be left out, as offsets, the largest `most` of them.
std::vector<Range> gaps_of(const Image& image, const std::vector<DeadBytes>& dead, std::size_t most) {
  std::vector<Range> gaps;
  for (const Segment& load : image.segments()) {
    if (load.type != PT_LOAD || (load.flags & PF_W) != 0) continue;
    const std::uint64_t unit = congruence(load, image.identity().machine);
    if (unit > large_page) continue;
    for (const DeadBytes& one : dead) {
      if (one.range.start < load.offset || one.range.end > load.offset + load.file_size) continue;
      // Pages begin at multiples of the address, which offsets are congruent with.
      const Range pages{(one.range.start + unit - 1) / unit * unit, one.range.end / unit * unit};
      const bool is_inside = pages.start > load.offset && pages.end < load.offset + load.file_size;
      if (is_inside && pages.end >= pages.start + std::max(least_gap, unit)) gaps.push_back(pages);
    }
  }
  std::stable_sort(gaps.begin(), gaps.end(),
                   [](const Range& a, const Range& b) { return a.end - a.start > b.end - b.start; });
  gaps.resize(std::min(gaps.size(), most));
  std::sort(gaps.begin(), gaps.end(), [](const Range& a, const Range& b) { return a.start < b.start; });
  return gaps;
}

Parts parts_of(const Segment& load, const std::vector<Range>& gaps) {
  Parts parts{{load, 0}};
  for (const Range& gap : gaps) {
    Segment& before = parts.back().segment;
    if (gap.start < before.offset || gap.end > before.offset + before.file_size) continue;
    Segment after = before;
    const std::uint64_t skipped = gap.end - before.offset;
    after.offset += skipped;
    after.address += skipped;
    after.file_size -= skipped;
    after.memory_size -= skipped;
    before.file_size = before.memory_size = gap.start - before.offset;
    parts.push_back({after, 0});
  }
  return parts;
}

// The new table of program headers: the old one's in their order, each segment with its parts.
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

// Where the two headers lie: in a loaded segment, or in front of them all.
struct HeaderPlace {
  bool header_is_loaded = false;
  const Segment* table_load = nullptr;
};

HeaderPlace header_place(const Image& image, const std::vector<Segment>& loads) {
  const std::uint64_t table_size = image.segments().size() * sizeof(Elf64_Phdr);
  HeaderPlace place;
  for (const Segment& load : loads) {
    if (contains(load, 0, sizeof(Elf64_Ehdr))) place.header_is_loaded = true;
    if (contains(load, image.program_header_offset(), table_size)) place.table_load = &load;
  }
  if (place.table_load == nullptr && image.identity().type == ET_EXEC)
    throw Refusal{"its program headers are not loaded"};
  // What is not loaded of the two goes in front, where no segment begins then.
  if (place.header_is_loaded && place.table_load == nullptr)
    throw Refusal{"its program headers are not loaded, its header is"};
  return place;
}

Bytes rewrite(const Image& image, const std::vector<AddressRange>& unreachable) {
  const std::vector<Segment> loads = loads_of(image);
  const HeaderPlace place = header_place(image, loads);
  std::vector<DeadBytes> dead = dead_bytes_of(image, unreachable);
  const std::size_t wanted = gaps_of(image, dead, most_gaps).size();
  const std::size_t room = place.table_load == nullptr ? wanted : room_for_headers(image, wanted, dead);
  const std::vector<Range> gaps = gaps_of(image, dead, room);

  const std::uint64_t table_size = (image.segments().size() + gaps.size()) * sizeof(Elf64_Phdr);
  const std::uint64_t start =
      place.header_is_loaded ? 0 : sizeof(Elf64_Ehdr) + (place.table_load == nullptr ? table_size : 0);
  std::vector<Parts> segments;
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
