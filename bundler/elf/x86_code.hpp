// The lengths of x86-64 instructions, and what they refer to: as much of a disassembler as it takes to see
// where code can lead.
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

// The instruction at the begin of `code`, which lies at `address`; nothing for what is none, or is cut off,
// or is not known. Operands of 64-bit mode alone. Source: Intel SDM volume 2, chapter 2 and appendix A; AMD
// APM volume 3, appendix A, for XOP and 3DNow!.
std::optional<Instruction> decode_x86(ByteView code, std::uint64_t address);

}  // namespace lbundle::elf
