// x86-64 instructions, as far as it matters where code can lead: their lengths and what they refer to.
#pragma once

#include <cstdint>
#include <optional>

#include "os/bytes.hpp"

namespace lbundle::elf {

struct Instruction {
  std::uint64_t size = 0;  // bytes
  // The address that a relative jump or call leads to, or that an operand relative to the instruction pointer
  // names.
  std::optional<std::uint64_t> target;
  bool runs_on = true;     // false for a jump, a return or a trap: what follows is not reached from here
  bool is_filler = false;  // nop, int3 or zeros, as they stand between functions
};

// The instruction at the beginning of `code`, which lies at `address`. Returns nothing if it is no
// instruction, is cut off or is not known. Zydis decodes it, in 64-bit mode.
std::optional<Instruction> decode_x86(ByteView code, std::uint64_t address);

}  // namespace lbundle::elf
