// Zydis decodes instructions. This file says where each instruction can lead.
//
// Zydis refuses what no processor executes, and instructions that are newer than Zydis. Both mean "not known"
// here, and the caller then keeps everything that the code could refer to.
//
// Rejected: our own decoder of instruction lengths, which was here before. It found the same lengths and
// references, but only a comparison with a disassembler could show that, and it accepted any opcode of a
// known map as an instruction. Also rejected: to search the code for values that look like addresses. Such
// values keep most of a large library.
#include "elf/x86_code.hpp"

#include <algorithm>

#include <Zydis/Zydis.h>

#include "model/error.hpp"

namespace lbundle::elf {

namespace {

ZydisDecoder make_decoder() {
  ZydisDecoder decoder;
  require(ZYAN_SUCCESS(ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64)),
          "Zydis decodes 64-bit mode");
  return decoder;
}

// True if a 16-bit prefix is before a near jump or call. Intel's processors ignore it, AMD's read a shorter
// distance. Compilers write it only together with REX.W, which cancels it.
bool depends_on_the_processor(const ZydisDecodedInstruction& instruction) {
  if (!std::ranges::any_of(instruction.raw.imm,
                           [](const auto& imm) { return imm.is_relative && imm.size > 8; }))
    return false;
  const auto* const prefixes = instruction.raw.prefixes;
  return instruction.raw.rex.W == 0 && std::any_of(prefixes, prefixes + instruction.raw.prefix_count,
                                                   [](const auto& prefix) { return prefix.value == 0x66; });
}

// The distance from the instruction's end to the address that it refers to.
std::optional<std::int64_t> distance_of(const ZydisDecodedInstruction& instruction) {
  if ((instruction.attributes & ZYDIS_ATTRIB_IS_RELATIVE) == 0) return std::nullopt;
  for (const auto& immediate : instruction.raw.imm)
    if (immediate.is_relative) return immediate.value.s;
  return instruction.raw.disp.value;
}

// True for a jump, a return, or an instruction that ends the process.
bool ends_flow(const ZydisDecodedInstruction& instruction) {
  switch (instruction.mnemonic) {
    case ZYDIS_MNEMONIC_JMP:
    case ZYDIS_MNEMONIC_RET:
    case ZYDIS_MNEMONIC_IRET:
    case ZYDIS_MNEMONIC_IRETD:
    case ZYDIS_MNEMONIC_IRETQ:
    case ZYDIS_MNEMONIC_HLT:
    case ZYDIS_MNEMONIC_UD2:
      return true;
    default:
      return false;
  }
}

bool is_filler(const ZydisDecodedInstruction& instruction, ByteView code) {
  if (instruction.mnemonic == ZYDIS_MNEMONIC_NOP || instruction.mnemonic == ZYDIS_MNEMONIC_INT3) return true;
  // Two zero bytes decode as an addition to memory.
  return instruction.length == 2 && code[0] == 0 && code[1] == 0;
}

}  // namespace

std::optional<Instruction> decode_x86(ByteView code, std::uint64_t address) {
  static const ZydisDecoder decoder = make_decoder();
  ZydisDecodedInstruction decoded;
  if (!ZYAN_SUCCESS(ZydisDecoderDecodeInstruction(&decoder, nullptr, code.data(), code.size(), &decoded)))
    return std::nullopt;
  if (depends_on_the_processor(decoded)) return std::nullopt;
  Instruction instruction{decoded.length, std::nullopt, !ends_flow(decoded), is_filler(decoded, code)};
  if (const auto distance = distance_of(decoded))
    instruction.target = address + instruction.size + static_cast<std::uint64_t>(*distance);
  return instruction;
}

}  // namespace lbundle::elf
