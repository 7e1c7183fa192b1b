#include "elf/dead_bytes.hpp"

#include <algorithm>

#include <elf.h>

namespace lbundle::elf {

namespace {

// int3: if code that was taken for unreachable runs after all, it stops here.
constexpr std::uint8_t trap = 0xCC;

// The parts of the file that a section or a program header claims, in order.
std::vector<FileRange> claimed_ranges(const Image& image) {
  std::vector<FileRange> claimed{{0, sizeof(Elf64_Ehdr)}};
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
  std::sort(claimed.begin(), claimed.end(),
            [](const FileRange& a, const FileRange& b) { return a.start < b.start; });
  return claimed;
}

// Runs of at least 16 crossed-out bytes in a loaded segment that nothing claims, as offsets. Returns none if
// the file has no section headers, because then nothing proves that bytes are unused.
std::vector<FileRange> leftovers_of(const Image& image, const Segment& load,
                                    const std::vector<FileRange>& claimed) {
  std::vector<FileRange> runs;
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

}  // namespace

std::vector<DeadBytes> dead_bytes_of(const Image& image, const std::vector<AddressRange>& unreachable) {
  const std::vector<FileRange> claimed = claimed_ranges(image);
  std::vector<DeadBytes> dead;
  for (const Segment& load : image.segments()) {
    if (load.type != PT_LOAD) continue;
    for (const FileRange& run : leftovers_of(image, load, claimed)) dead.push_back({run, 0});
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

}  // namespace lbundle::elf
