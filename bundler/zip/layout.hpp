// Says to which entry each byte of a zip belongs, read from the central directory. libzip
// does not report this.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/byte_size.hpp"
#include "model/host_path.hpp"

namespace lbundle::zip {

// One entry of the central directory (APPNOTE.TXT 4.3.12), with zip64 fields applied, and whether the local
// header says something else.
struct DirectoryLine {
  std::string name;  // bytes, as they are in the zip
  std::uint8_t host_system = 0;
  std::uint16_t flags = 0;
  std::uint16_t method = 0;
  std::uint32_t crc32 = 0;
  ByteSize zipped;  // the compressed bytes alone
  ByteSize size;    // of the content
  std::uint32_t external_attributes = 0;
  std::uint64_t offset = 0;  // of the local header
  bool zip64 = false;        // it has a zip64 field
  bool differs = false;      // the local header has another name, method, size or CRC, or is not there
  bool overlaps = false;     // its bytes run into the next entry's
  ByteSize takes;            // header, bytes, anything up to the next entry, and this line
};

struct Layout {
  std::vector<DirectoryLine> lines;  // in the order of the central directory
  ByteSize file;                     // the whole zip
  ByteSize rest;                     // bytes of no entry: the end record, and anything before the first entry
  ByteSize uncounted;  // bytes of the central directory after the entries that the end record counts
  bool zip64 = false;
};

// Throws Error ("cannot read 'ZIP': …") if the file is not a zip, is cut short, spans several disks, if its
// central directory is damaged, or if something was put in front of it or behind it. The error says what the
// file is instead (zip/wrong_file.hpp).
Layout read_layout(const HostPath& zip);

}  // namespace lbundle::zip
