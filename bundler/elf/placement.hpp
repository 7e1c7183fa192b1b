// Where the segments of a library are in the rewritten file.
#pragma once

#include <string>
#include <vector>

#include "elf/dead_bytes.hpp"
#include "elf/image.hpp"

namespace lbundle::elf {

// Thrown for a file that should stay as it is. It says why.
struct Refusal {
  std::string reason;
};

// A segment with its place in the new file.
struct Placed {
  Segment segment;
  std::uint64_t offset = 0;
};

// What one segment becomes: itself, or its parts before and after each gap, which follow each other in the
// file.
using Parts = std::vector<Placed>;

// The pages of `dead` that are left out of segments, as offsets, in order. Only gaps that are worth a mapping
// are returned, and of these the `most` largest. Throws Refusal if a segment's alignment is not a power of
// two, or if its offset is not congruent with its address.
std::vector<FileRange> gaps_of(const Image& image, const std::vector<DeadBytes>& dead, std::size_t most);

// `load` without `gaps`.
Parts parts_of(const Segment& load, const std::vector<FileRange>& gaps);

// Places `segments` from `start` on, so that the file is as short as possible. Returns the file's size. Each
// offset is congruent with its address, modulo the segment's alignment and at least modulo a page. Throws
// Refusal.
std::uint64_t place_shortest(std::vector<Parts>& segments, std::uint64_t start, std::uint16_t machine);

}  // namespace lbundle::elf
