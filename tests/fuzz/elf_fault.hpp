// Reads and rewrites an ELF file, and compares the result with its input.
#pragma once

#include <string>

#include "os/bytes.hpp"

namespace lbundle::fuzz {

// Returns what is wrong; empty if nothing is.
std::string fault_of_elf(const Bytes& bytes);

}  // namespace lbundle::fuzz
