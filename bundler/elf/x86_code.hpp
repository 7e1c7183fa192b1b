// x86-64 instructions, as far as needed to find where code can lead: their lengths and what they refer to.
#pragma once

#include <cstdint>
#include <optional>

#include "os/bytes.hpp"

namespace lbundle::elf {

struct Instruction {
  std::uint64_t size = 0;  // bytes
  // The address that a relative jump or call leads to, or that an operand relative to the instruction pointer
  // refers to.
  std::optional<std::uint64_t> target;
  bool runs_on = true;  // false for a jump, a return or a trap: the next instruction is not reached from here
  bool is_filler = false;  // nop, int3 or zeros, which fill the space between functions
};

// The instruction at the beginning of `code`, which is at `address`. Returns nothing if the bytes are not an
// instruction, are cut off or are not known. Zydis decodes it, in 64-bit mode.
std::optional<Instruction> decode_x86(ByteView code, std::uint64_t address);

}  // namespace lbundle::elf
