// A shared library or program written anew with what is loaded and nothing else.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "os/bytes.hpp"

namespace lbundle::elf {

// Addresses of loaded bytes, the end excluded.
struct AddressRange {
  std::uint64_t start = 0, end = 0;

  bool operator==(const AddressRange&) const = default;
};

struct Relayout {
  std::optional<Bytes> bytes;  // nothing where the file should stay as it is
  std::string reason;          // why it should: "its section .payload is not loaded and unknown", …
};

// The reason where a file is as small as it can be.
inline constexpr const char* nothing_to_take = "nothing but what is loaded is in it";

// `file` from its PT_LOAD segments alone: each at the least offset that is congruent with its address,
// program headers that say so, no section headers. Of the segments go the bytes that patchelf crossed out and
// those at the addresses `unreachable` (in order, apart from each other, in segments that are not writable):
// whole pages of them are no longer in the file where the table of program headers has room to say so, the
// rest is zero, or 0xCC in the place of code, which traps. No address changes, so no instruction, relocation
// or table has to. Never throws for what is in the file.
Relayout relayout(ByteView file, const std::vector<AddressRange>& unreachable = {});

// How a fault begins where the tables could be counted by the section headers alone, and the file without
// them not be read.
inline constexpr const char* unreadable_anew = "cannot be read without its section headers";

// Compares both files as a loader sees them: segment by segment, by code that shares nothing with `relayout`,
// and table by table, by LIEF. Returns nothing if all is equal, else what is not. `before` must have been
// readable. Throws Error only if the system has no room for the process that LIEF runs in.
std::optional<std::string> fault_of_relayout(ByteView before, ByteView after,
                                             const std::vector<AddressRange>& unreachable = {});

}  // namespace lbundle::elf
