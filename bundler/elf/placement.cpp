#include "elf/placement.hpp"

#include <algorithm>

#include <elf.h>

#include "model/text.hpp"

namespace lbundle::elf {

namespace {

// Offsets are congruent with addresses at least modulo a page of 4 KiB. Kernels for arm64 have pages of up to
// 64 KiB: a file that is laid out for them stays so.
constexpr std::uint64_t page = 4096;
constexpr std::uint64_t large_page = 65536;

// A gap costs one mapping at load time. A smaller gap is not worth it.
constexpr std::uint64_t least_gap = 16384;

std::uint64_t congruence(const Segment& segment, std::uint16_t machine) {
  const std::uint64_t modulus = std::max(segment.alignment, page);
  const auto holds = [&](std::uint64_t m) { return (segment.address - segment.offset) % m == 0; };
  if ((modulus & (modulus - 1)) != 0) throw Refusal{format("a segment is aligned to {} bytes", modulus)};
  if (!holds(modulus)) throw Refusal{"a segment's offset is already not congruent with its address"};
  return machine == EM_AARCH64 && modulus < large_page && holds(large_page) ? large_page : modulus;
}

// The bytes that a segment takes in the file. A segment of zeros alone takes none, unless it begins inside a
// page: the loader maps that page from the file before it zeroes it, so one byte of it must be there.
std::uint64_t taken_size(const Segment& segment) {
  if (segment.file_size != 0 || segment.address % page == 0) return segment.file_size;
  return 1;
}

std::uint64_t next_congruent(std::uint64_t end, std::uint64_t address, std::uint64_t modulus) {
  return end + (address - end) % modulus;
}

// Places the segments one after the other, in the order `order`. Returns the end of the file.
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

}  // namespace

std::vector<FileRange> gaps_of(const Image& image, const std::vector<DeadBytes>& dead, std::size_t most) {
  std::vector<FileRange> gaps;
  for (const Segment& load : image.segments()) {
    if (load.type != PT_LOAD || (load.flags & PF_W) != 0) continue;
    const std::uint64_t unit = congruence(load, image.identity().machine);
    if (unit > large_page) continue;
    for (const DeadBytes& one : dead) {
      if (one.range.start < load.offset || one.range.end > load.offset + load.file_size) continue;
      // Pages begin at multiples of the page size in memory. Offsets are congruent with addresses, so the
      // same is true of offsets.
      const FileRange pages{(one.range.start + unit - 1) / unit * unit, one.range.end / unit * unit};
      const bool is_inside = pages.start > load.offset && pages.end < load.offset + load.file_size;
      if (is_inside && pages.end >= pages.start + std::max(least_gap, unit)) gaps.push_back(pages);
    }
  }
  std::stable_sort(gaps.begin(), gaps.end(),
                   [](const FileRange& a, const FileRange& b) { return a.end - a.start > b.end - b.start; });
  gaps.resize(std::min(gaps.size(), most));
  std::sort(gaps.begin(), gaps.end(),
            [](const FileRange& a, const FileRange& b) { return a.start < b.start; });
  return gaps;
}

Parts parts_of(const Segment& load, const std::vector<FileRange>& gaps) {
  Parts parts{{load, 0}};
  for (const FileRange& gap : gaps) {
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

// Congruence wastes up to a page less one byte between two segments. Loaders accept segments in any order in
// the file. A file has few segments, so every order is tried (up to 7 segments that can move), and the first
// of the shortest ones is taken. The segment with the ELF header stays in front.
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

}  // namespace lbundle::elf
