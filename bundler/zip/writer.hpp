// Writes a zip from entries that are compressed already; the same entries give the same bytes on every
// machine.
#pragma once

#include <cstdint>
#include <ctime>
#include <vector>

#include "model/bundle_path.hpp"
#include "model/byte_size.hpp"
#include "os/atomic_file.hpp"
#include "os/bytes.hpp"
#include "zip/deflate.hpp"

namespace lbundle::zip {

// What an entry is, and with it the mode that it gets: 0644, 0755 and 0777, whatever the file on disk has.
enum class EntryKind { file, executable, link };

// `bytes` must outlive the writing; of a link, they are the text of its target.
struct Entry {
  BundlePath name;
  EntryKind kind = EntryKind::file;
  Method method = Method::stored;
  std::uint32_t crc32 = 0;  // of the content
  ByteSize size;            // of the content
  ByteView bytes;           // as they stand in the zip
};

// A time as zips hold it, in two-second steps and without a zone (APPNOTE.TXT 4.4.6).
struct DosTime {
  std::uint16_t time = 0;
  std::uint16_t date = 0x21;  // 1980-01-01, the first there is
};

// SOURCE_DATE_EPOCH (seconds since 1970, UTC; reproducible-builds.org) clamped to 1980 to 2107, else
// 1980-01-01 00:00. Throws Error where it is set to what is no number.
std::time_t entry_date();
// The same as zips hold it.
DosTime entry_time();

// Writes the zip to `file`, which the caller commits: entries sorted by the bytes of their names, no extra
// fields, no entries of folders. Throws Error ("cannot write 'TARGET': …"), Interrupted. An empty list is an
// Error: a zip without entries is none to libzip, nor to Lambda. Local time is UTC in this process meanwhile:
// no other thread may be at work.
void write_zip(const AtomicFile& file, std::vector<Entry> entries);

}  // namespace lbundle::zip
