// Writes a zip from entries that are already compressed. The same entries give the same
// bytes on every machine.
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

// The kind of an entry. It decides the entry's mode: 0644, 0755 and 0777, whatever mode the file on disk has.
enum class EntryKind { file, executable, link };

// `bytes` must stay valid until the zip is written. For a link they are the text of its target.
struct Entry {
  BundlePath name;
  EntryKind kind = EntryKind::file;
  Method method = Method::stored;
  std::uint32_t crc32 = 0;  // of the content
  ByteSize size;            // of the content
  ByteView bytes;           // as they are in the zip
};

// A time in the form that zips use, in steps of two seconds and without a time zone (APPNOTE.TXT 4.4.6).
struct DosTime {
  std::uint16_t time = 0;
  std::uint16_t date = 0x21;  // 1980-01-01, the earliest possible
};

// The date of all entries: SOURCE_DATE_EPOCH (seconds since 1970, UTC; reproducible-builds.org), clamped to
// 1980 to 2107 and rounded down to an even second, as a zip has it. If it is not set, 1980-01-01 00:00.
// Throws Error if it is set but is not a number.
std::time_t entry_date();
// The same date in the form that zips use.
DosTime entry_time();

// Writes the zip to `file`; the caller commits it. Entries are sorted by the bytes of their names. There are
// no extra fields and no entries for folders. Throws Error ("cannot write 'TARGET': …") and Interrupted. An
// empty list is an Error, because neither libzip nor Lambda accepts a zip without entries. Local time is UTC
// in this process meanwhile, so no other thread may be at work.
void write_zip(const AtomicFile& file, std::vector<Entry> entries);

}  // namespace lbundle::zip
