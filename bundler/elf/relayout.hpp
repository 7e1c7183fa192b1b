// Writes a shared library or program again, with what is loaded and nothing else.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "os/bytes.hpp"

namespace lbundle::elf {

// Addresses of loaded bytes; `end` is not included.
struct AddressRange {
  std::uint64_t start = 0, end = 0;

  bool operator==(const AddressRange&) const = default;
};

struct Relayout {
  std::optional<Bytes> bytes;  // nothing if the file should stay as it is
  std::string reason;          // why it should: "its section .payload is not loaded and not known; …"
};

// The reason if a file cannot become smaller. Stored results are compared with it, so it must not change.
inline constexpr const char* nothing_to_take = "nothing but what is loaded is in it";

// Writes `file` from its PT_LOAD segments alone. Each segment is at the smallest offset that is congruent
// with its address. The program headers say so, and there are no section headers.
//
// Two kinds of dead bytes are removed: those that patchelf crossed out, and those at the addresses
// `unreachable` (in order, without overlaps, in segments that are not writable). Whole pages of them are left
// out of the file as far as the table of program headers has room for another entry. The rest becomes zero,
// or 0xCC in the place of code, which traps.
//
// No address changes, so no instruction, relocation or table has to change. Never throws because of what is
// in the file.
Relayout relayout(ByteView file, const std::vector<AddressRange>& unreachable = {});

// How a fault begins if the file cannot be read without its section headers, because only they give the size
// of its tables.
inline constexpr const char* unreadable_anew = "cannot be read without its section headers";

// Compares both files as a loader sees them: segment by segment, by code that shares nothing with `relayout`,
// and table by table, by LIEF. Returns nothing if all is equal, else the first difference. `before` must be a
// readable ELF file. Throws Error only if the system cannot start the process that LIEF runs in.
std::optional<std::string> fault_of_relayout(ByteView before, ByteView after,
                                             const std::vector<AddressRange>& unreachable = {});

}  // namespace lbundle::elf
