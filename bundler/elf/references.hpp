// Which places of an ELF file its own code and data refer to.
#pragma once

#include <cstdint>
#include <vector>

#include "elf/image.hpp"

namespace lbundle::elf {

// The problem: the linker stores "rates.bin" inside "old_rates.bin", and no byte shows where the shorter text
// begins. Whoever uses it has its address, though: in an instruction or in a table.
//
// Addresses are searched at every byte of code and in every aligned word, so a reference is never missed, but
// a few places seem to be referenced by chance. Forms that are read: x86-64's addresses relative to the next
// instruction, absolute addresses of 32 bits in programs with a fixed place, AArch64's ADRP with ADD and ADR,
// and words of 64 bits (pointers, addends of relocations, and RELR).
class References {
 public:
  explicit References(const Image& image);

  // True if something refers to `address`. True for all addresses if the machine is neither x86-64 nor
  // AArch64.
  bool contains(std::uint64_t address) const;

 private:
  void mark(std::uint64_t address);
  void read_x86_64(const Segment& segment, ByteView code, bool has_fixed_place);
  void read_aarch64(const Segment& segment, ByteView code);
  void read_words(ByteView data);

  bool is_known_machine_ = true;
  std::uint64_t first_ = 0;
  std::vector<bool> marked_;         // by address, from first_
  std::vector<bool> pages_;          // by page of 4 KiB, from first_: ADRP has this page
  std::vector<bool> parts_of_page_;  // ADD has this offset
};

}  // namespace lbundle::elf
