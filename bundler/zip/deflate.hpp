// Makes and reads the deflate streams of zip entries.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "model/byte_size.hpp"
#include "os/bytes.hpp"

namespace lbundle::zip {

// fast: takes an eighth of the time of best, and is a few percent larger. best: libdeflate's near-optimal
// parse in better blocks. max: parsed again and again until nothing gets smaller; ten times as slow as best,
// except for content that is compressed already.
enum class Level { fast, best, max };

// The numbers of the zip format (APPNOTE.TXT 4.4.5). Lambda unpacks only these two methods.
enum class Method : std::uint16_t { stored = 0, deflated = 8 };

// An entry's content as it is in the zip.
struct Stream {
  Bytes bytes;  // deflated, or the content itself if stored
  Method method = Method::stored;
  std::uint32_t crc32 = 0;  // of the content
  ByteSize size;            // of the content
};

// The smallest stream that `level` finds, stored if deflating does not make it smaller. The same content and
// level give the same bytes as long as encoder_version is the same. Safe to call from several threads.
Stream compress(ByteView content, Level level);

// The content of a stream. Throws Error ("cannot unpack 'WHAT': …") if it does not inflate to
// its size and CRC.
Bytes decompress(const Stream& stream, const std::string& what);

// The content of the zlib stream (RFC 1950) that begins at the first byte of `stream`; bytes after it are
// ignored. Nothing if no valid stream is there, its checksum included, or if its content is larger than
// `most` bytes. Safe to call from several threads.
std::optional<Bytes> inflate_zlib(ByteView stream, std::size_t most);

// Names everything that the bytes of a stream depend on beside its content, for keys of caches.
std::string encoder_version(Level level);

std::uint32_t crc32_of(ByteView content, std::uint32_t so_far = 0);

}  // namespace lbundle::zip
