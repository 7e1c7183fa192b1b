// Where every byte of a zip belongs, read from its central directory: what libzip does not tell.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/byte_size.hpp"
#include "model/host_path.hpp"

namespace lbundle::zip {

// A line of the central directory (APPNOTE.TXT 4.3.12), zip64 fields applied, and what the local header says
// otherwise.
struct DirectoryLine {
  std::string name;  // bytes, as they stand there
  std::uint8_t host_system = 0;
  std::uint16_t flags = 0;
  std::uint16_t method = 0;
  std::uint32_t crc32 = 0;
  ByteSize zipped;  // the compressed bytes alone
  ByteSize size;    // of the content
  std::uint32_t external_attributes = 0;
  std::uint64_t offset = 0;  // of the local header
  bool zip64 = false;        // it needs that form
  bool differs = false;      // the local header names another file, method or size, or is not there
  bool overlaps = false;     // its bytes run into the next entry's
  ByteSize takes;            // header, bytes, what follows up to the next entry, and this line
};

struct Layout {
  std::vector<DirectoryLine> lines;  // in the order of the central directory
  ByteSize file;                     // the whole zip
  ByteSize rest;  // what no entry takes: the end record, and anything before the first entry
  bool zip64 = false;
};

// Throws Error ("cannot read 'ZIP': …") where it is no zip, is cut short, or spans several disks.
Layout read_layout(const HostPath& zip);

}  // namespace lbundle::zip
