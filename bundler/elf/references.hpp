// Which places of an ELF file its own code and data refer to.
#pragma once

#include <cstdint>
#include <vector>

#include "elf/image.hpp"

namespace lbundle::elf {

// A part of a file that the loader maps.
struct Part {
  ByteView bytes;
  std::uint64_t address = 0;
};

// The parts with data that code can read: no code, no symbols and no tables of the loader. If the file has no
// section headers, all that the loader maps.
std::vector<Part> data_of(const Image& image);

// The addresses of the words of 8 bytes that the loader fills with addresses, sorted. What the file has there
// is no text. Throws MalformedElf if the tables of relocations are not in the file.
std::vector<std::uint64_t> relocated_words(const Image& image);

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
  // The same for the place at `offset` in the file. False if the loader maps nothing from there.
  bool contains_offset(std::uint64_t offset) const;

 private:
  void mark(std::uint64_t address);
  void read_x86_64(const Segment& segment, ByteView code, bool has_fixed_place);
  void read_aarch64(const Segment& segment, ByteView code);
  void read_words(ByteView data);

  std::vector<Segment> loaded_;
  bool is_known_machine_ = true;
  std::uint64_t first_ = 0;
  std::vector<bool> marked_;         // by address, from first_
  std::vector<bool> pages_;          // by page of 4 KiB, from first_: ADRP has this page
  std::vector<bool> parts_of_page_;  // ADD has this offset
};

}  // namespace lbundle::elf
