// Loaded bytes of a library that nothing reads: what patchelf crossed out, and code that nothing can call.
#pragma once

#include <vector>

#include "elf/image.hpp"
#include "elf/relayout.hpp"

namespace lbundle::elf {

// Offsets into a file; `end` is not included.
struct FileRange {
  std::uint64_t start = 0, end = 0;
};

// patchelf moves tables to another place and overwrites the old place with this letter.
inline constexpr std::uint8_t crossed_out = 'X';

// Bytes that are removed, as offsets into the old file. If their page stays in the file, they become
// `filler`.
struct DeadBytes {
  FileRange range;
  std::uint8_t filler = 0;
};

// The dead bytes of `image`, in order: runs of crossed-out bytes that no section and no program header
// claims, and the addresses `unreachable`, as far as they are in segments that are not writable. Throws
// nothing.
std::vector<DeadBytes> dead_bytes_of(const Image& image, const std::vector<AddressRange>& unreachable);

}  // namespace lbundle::elf
