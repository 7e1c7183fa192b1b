// Loaded bytes of a library that nobody reads: what patchelf crossed out, and code that nobody can call.
#pragma once

#include <vector>

#include "elf/image.hpp"
#include "elf/relayout.hpp"

namespace lbundle::elf {

// Offsets into a file, the end excluded.
struct FileRange {
  std::uint64_t start = 0, end = 0;
};

// patchelf overwrites what it has moved elsewhere with this letter.
inline constexpr std::uint8_t crossed_out = 'X';

// Bytes that go, as offsets into the old file, and what stands in their place where their page stays.
struct DeadBytes {
  FileRange range;
  std::uint8_t filler = 0;
};

// In order: runs of crossed-out bytes that no section and no program header claims, and, of the addresses
// `unreachable`, those in segments that are not writable. Throws nothing.
std::vector<DeadBytes> dead_bytes_of(const Image& image, const std::vector<AddressRange>& unreachable);

}  // namespace lbundle::elf
