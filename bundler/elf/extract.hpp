// What LIEF is shown of a file.
#pragma once

#include "elf/image.hpp"

namespace lbundle::elf {

// A small ELF file with the tables that say how `image` is linked, and nothing else: its dynamic entries,
// dynamic symbols and their names, the version tables, interpreter and build-id, all behind one another in
// one segment.
//
// LIEF 0.9 follows offsets and counts of the file without always checking them: a hostile file can make it
// read out of bounds or allocate without end. A child process would contain that at the price of a fork for
// each library and of facts that must be sent back; checking bounds in place would mean to know everything
// LIEF looks at, relocations, notes and hash tables included. So each table is checked here, by the rules of
// its format, and copied to a file that we lay out: whatever LIEF can reach in it has been checked, and code,
// data and relocations, the bulk of a library, are not copied. Throws MalformedElf.
Bytes extract_for_reading(const Image& image);

}  // namespace lbundle::elf
