// Texts that a compiler put into the operands of instructions.
#pragma once

#include <string>
#include <vector>

#include "elf/image.hpp"

namespace lbundle::elf {

// A short text, such as "rates.bin" for a std::string, is often not stored as data: instructions with numbers
// of 1, 2, 4 and 8 bytes write it. Each result has the pieces of numbers that are near to each other in the
// code, in no certain order: {"rates.bi", "n"}. Pieces may overlap, and what looks like an instruction may be
// none. For x86-64 and AArch64; empty for other machines.
std::vector<std::vector<std::string>> operand_texts(const Image& image);

// True if the pieces could write a text that has `word` in it.
bool can_write(const std::vector<std::string>& pieces, std::string_view word);

}  // namespace lbundle::elf
