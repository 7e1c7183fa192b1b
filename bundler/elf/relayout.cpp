// The problem: the tools that strip keep a file's layout half-heartedly. After patchelf has moved tables to
// new segments, GNU strip writes offsets that are no longer congruent with the addresses, llvm-strip does so
// for most wheels, and what loads afterwards is luck; patchelf's dead bytes they keep all.
//
// The idea: a loader looks at the ELF header, the program headers and the PT_LOAD segments, and at nothing
// else. So the file is written from these alone. Addresses stay, and with them everything that code and
// tables refer to; only offsets in the file change, which the program headers alone name.
//
// Rejected: to let LIEF write (a minute for a large library, and the result grows); to split segments around
// dead pages (needs another program header, for which there is no room without moving the table that PT_PHDR
// names); to cut zeros off the end of a segment (they cost nothing once deflated, and a segment that is not
// writable would have to be zeroed by the loader).
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

// Places the segments behind one another, in the order `order`; returns the end.
std::uint64_t place_in_order(std::vector<Placed>& placed, const std::vector<std::size_t>& order,
                             std::uint64_t start, std::uint16_t machine) {
  std::uint64_t end = start;
  for (const std::size_t i : order) {
    Placed& one = placed[i];
    const bool holds_header = one.segment.offset == 0 && one.segment.file_size != 0;
    one.offset =
        holds_header ? 0 : next_congruent(end, one.segment.address, congruence(one.segment, machine));
    end = std::max(end, one.offset + taken_size(one.segment));
  }
  return end;
}

// Between two segments up to a page less a byte is lost to congruence. Loaders do not mind in which order
// segments lie in the file, so for the few that a file has, every order is tried, and the first of the
// shortest is taken. The segment with the header stays in front.
std::uint64_t place_shortest(std::vector<Placed>& placed, std::uint64_t start, std::uint16_t machine) {
  constexpr std::size_t most_tried = 7;
  std::vector<std::size_t> order(placed.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_partition(order.begin(), order.end(),
                        [&](std::size_t i) { return placed[i].segment.offset == 0; });
  std::vector<std::size_t> best = order;
  std::uint64_t least = place_in_order(placed, order, start, machine);
  const auto movable =
      std::find_if(order.begin(), order.end(), [&](std::size_t i) { return placed[i].segment.offset != 0; });
  if (static_cast<std::size_t>(order.end() - movable) <= most_tried) {
    while (std::next_permutation(movable, order.end())) {
      const std::uint64_t end = place_in_order(placed, order, start, machine);
      if (end < least) {
        least = end;
        best = order;
      }
    }
  }
  return place_in_order(placed, best, start, machine);
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

// Crossed-out bytes of loaded segments that no section claims. Where sections are gone, nothing can be proven
// unused.
void zero_leftovers(const Image& image, const Placed& load, Bytes& bytes) {
  if (image.sections().empty()) return;
  constexpr std::uint64_t least_run = 16;
  std::vector<Range> claimed;
  for (const Section& section : image.sections()) {
    if ((section.flags & SHF_ALLOC) != 0 && section.type != SHT_NOBITS && section.size != 0) {
      claimed.push_back({section.offset, section.offset + section.size});
    }
  }
  claimed.push_back({0, sizeof(Elf64_Ehdr)});
  claimed.push_back({image.program_header_offset(),
                     image.program_header_offset() + image.segments().size() * sizeof(Elf64_Phdr)});
  const std::uint64_t end = load.segment.offset + load.segment.file_size;
  claimed.push_back({end, end});
  std::sort(claimed.begin(), claimed.end(), [](const Range& a, const Range& b) { return a.start < b.start; });
  std::uint64_t free_from = load.segment.offset;
  for (const Range& range : claimed) {
    const std::uint64_t free_to = std::min(range.start, end);
    while (free_from < free_to) {
      const auto* const run = image.file().data() + free_from;
      const auto* const stop =
          std::find_if(run, image.file().data() + free_to, [](auto byte) { return byte != crossed_out; });
      const auto length = static_cast<std::uint64_t>(stop - run);
      if (length >= least_run) {
        std::memset(bytes.data() + load.offset + (free_from - load.segment.offset), 0, length);
      }
      free_from += std::max<std::uint64_t>(length, 1);
    }
    free_from = std::max(free_from, range.end);
  }
}

void write_program_headers(const Image& image, const std::vector<Placed>& placed, std::uint64_t at,
                           Bytes& bytes) {
  std::size_t load = 0;
  for (std::size_t i = 0; i < image.segments().size(); ++i) {
    const Segment& segment = image.segments()[i];
    Elf64_Phdr raw;
    std::memcpy(&raw, image.file().data() + image.program_header_offset() + i * sizeof raw, sizeof raw);
    if (segment.type == PT_LOAD) {
      raw.p_offset = placed[load++].offset;
    } else if (segment.type == PT_PHDR) {
      raw.p_offset = at;
    } else {
      raw.p_offset = translated_offset(segment, placed);
    }
    std::memcpy(bytes.data() + at + i * sizeof raw, &raw, sizeof raw);
  }
}

void write_header(const Image& image, std::uint64_t program_headers_at, Bytes& bytes) {
  Elf64_Ehdr header;
  std::memcpy(&header, image.file().data(), sizeof header);
  header.e_phoff = program_headers_at;
  header.e_shoff = 0;
  header.e_shnum = 0;
  header.e_shstrndx = SHN_UNDEF;
  std::memcpy(bytes.data(), &header, sizeof header);
}

Bytes rewrite(const Image& image) {
  const std::uint64_t table_size = image.segments().size() * sizeof(Elf64_Phdr);
  std::vector<Placed> placed;
  bool header_is_loaded = false;
  const Segment* table_load = nullptr;
  const std::vector<Segment> loads = loads_of(image);
  for (const Segment& load : loads) {
    placed.push_back({load, 0});
    if (contains(load, 0, sizeof(Elf64_Ehdr))) header_is_loaded = true;
    if (contains(load, image.program_header_offset(), table_size)) table_load = &load;
  }
  if (table_load == nullptr && image.identity().type == ET_EXEC)
    throw Refusal{"its program headers are not loaded"};
  // What is not loaded of the two goes in front, where no segment begins then.
  if (header_is_loaded && table_load == nullptr)
    throw Refusal{"its program headers are not loaded, its header is"};
  const std::uint64_t start =
      header_is_loaded ? 0 : sizeof(Elf64_Ehdr) + (table_load == nullptr ? table_size : 0);

  Bytes bytes(place_shortest(placed, start, image.identity().machine));
  std::uint64_t table_at = sizeof(Elf64_Ehdr);
  for (const Placed& load : placed) {
    std::copy_n(image.file().begin() + static_cast<std::ptrdiff_t>(load.segment.offset),
                load.segment.file_size, bytes.begin() + static_cast<std::ptrdiff_t>(load.offset));
    zero_leftovers(image, load, bytes);
    if (table_load != nullptr && load.segment == *table_load) {
      table_at = load.offset + (image.program_header_offset() - load.segment.offset);
    }
  }
  write_header(image, table_at, bytes);
  write_program_headers(image, placed, table_at, bytes);
  return bytes;
}

}  // namespace

Relayout relayout(ByteView file) {
  try {
    const Image image(file);
    if (image.identity().type != ET_DYN && image.identity().type != ET_EXEC) {
      throw Refusal{"it is neither a library nor a program"};
    }
    refuse_payload(image);
    Bytes bytes = rewrite(image);
    if (bytes.size() >= file.size()) throw Refusal{nothing_to_take};
    return {std::move(bytes), {}};
  } catch (const Refusal& refusal) {
    return {std::nullopt, refusal.reason};
  } catch (const MalformedElf& fault) {
    return {std::nullopt, fault.what()};
  }
}

}  // namespace lbundle::elf
