// A second opinion on a rewritten file: what LIEF reads from it.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>

#include "os/bytes.hpp"

namespace lbundle::elf {

// How the answer begins if LIEF could not read one of the files whole, so that nothing was compared.
inline constexpr const char* second_reader_failed = "LIEF, the second reader, cannot judge it";

// A limit of time or memory ended the comparison. It might succeed later, or on another machine, so this is
// not a property of the file.
class NotJudged : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Reads both files with LIEF, which shares no code with Image, relayout or read_elf, and compares what the
// loader acts upon: type, machine and entry point; interpreter; every dynamic entry with the text or the
// array that it names (so DT_NEEDED, DT_SONAME, RPATH and RUNPATH too); the versions that are demanded and
// defined; every dynamic symbol with its name, version, value and size; every relocation with its address,
// type, symbol and addend. Returns nothing if all are equal, else the first difference. Both must
// be 64-bit little-endian ELF.
//
// LIEF runs in a child process, because it can crash on a damaged file. Throws NotJudged, and Error if there
// can be no child.
std::optional<std::string> difference_to_second_reader(ByteView before, ByteView after);

}  // namespace lbundle::elf
