#include "zip/deflate.hpp"

#include <memory>
#include <new>

#include <libdeflate.h>

#include "model/error.hpp"
#include "model/text.hpp"
#include "zip/strong_deflate.hpp"

namespace lbundle::zip {

namespace {

constexpr int fast_level = 6;
constexpr int best_level = 12;

struct FreeCompressor {
  void operator()(libdeflate_compressor* compressor) const { libdeflate_free_compressor(compressor); }
};
struct FreeDecompressor {
  void operator()(libdeflate_decompressor* decompressor) const { libdeflate_free_decompressor(decompressor); }
};

// One for each thread and level: making one costs more than compressing a small file.
libdeflate_compressor* thread_compressor(int level) {
  thread_local std::unique_ptr<libdeflate_compressor, FreeCompressor> fast;
  thread_local std::unique_ptr<libdeflate_compressor, FreeCompressor> best;
  auto& compressor = level == fast_level ? fast : best;
  if (!compressor) compressor.reset(libdeflate_alloc_compressor(level));
  if (!compressor) throw std::bad_alloc{};
  return compressor.get();
}

libdeflate_decompressor* thread_decompressor() {
  thread_local std::unique_ptr<libdeflate_decompressor, FreeDecompressor> decompressor;
  if (!decompressor) decompressor.reset(libdeflate_alloc_decompressor());
  if (!decompressor) throw std::bad_alloc{};
  return decompressor.get();
}

// Nothing where deflating does not make it smaller.
Bytes deflated(ByteView content, int level) {
  if (content.size() < 2) return {};
  const auto room = content.size() - 1;
  // Left uninitialised: for a large file, clearing the room would cost more than what is written to it.
  const auto out = std::make_unique_for_overwrite<std::uint8_t[]>(room);
  const auto size =
      libdeflate_deflate_compress(thread_compressor(level), content.data(), content.size(), out.get(), room);
  return {out.get(), out.get() + size};
}

}  // namespace

Stream compress(ByteView content, Level level) {
  Stream stream;
  stream.crc32 = crc32_of(content);
  stream.size = ByteSize(content.size());
  stream.bytes = deflated(content, level == Level::fast ? fast_level : best_level);
  if (level == Level::max) {
    const auto best_size = stream.bytes.empty() ? content.size() : stream.bytes.size();
    auto stronger = strong_deflate(content, best_size);
    if (!stronger.empty() && stronger.size() < best_size) stream.bytes = std::move(stronger);
  }
  if (!stream.bytes.empty() && stream.bytes.size() < content.size()) {
    stream.method = Method::deflated;
  } else {
    stream.bytes.assign(content.begin(), content.end());
  }
  return stream;
}

Bytes decompress(const Stream& stream, const std::string& what) {
  if (stream.method == Method::stored) return stream.bytes;
  Bytes content(stream.size.bytes());
  const auto result =
      libdeflate_deflate_decompress(thread_decompressor(), stream.bytes.data(), stream.bytes.size(),
                                    content.data(), content.size(), nullptr);
  if (result != LIBDEFLATE_SUCCESS || crc32_of(content) != stream.crc32) {
    throw Error("unpack", what, "its compressed bytes are damaged");
  }
  return content;
}

std::string encoder_version(Level level) {
  switch (level) {
    case Level::fast:
      return format("libdeflate {} level {}", LIBDEFLATE_VERSION_STRING, fast_level);
    case Level::best:
      return format("libdeflate {} level {}", LIBDEFLATE_VERSION_STRING, best_level);
    case Level::max:
      return format("libdeflate {} level {}, {}", LIBDEFLATE_VERSION_STRING, best_level,
                    strong_deflate_version());
  }
  return {};
}

std::uint32_t crc32_of(ByteView content, std::uint32_t so_far) {
  return libdeflate_crc32(so_far, content.data(), content.size());
}

}  // namespace lbundle::zip
