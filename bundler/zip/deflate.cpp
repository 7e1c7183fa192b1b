#include "zip/deflate.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <new>

#include <libdeflate.h>

#include "model/error.hpp"
#include "model/text.hpp"
#include "zip/squeeze.hpp"

namespace lbundle::zip {

namespace {

constexpr int fast_level = 6;

// How content is compressed: first by libdeflate, then by squeeze (zip/squeeze.hpp).
struct Effort {
  int level;  // libdeflate's
  ParseEffort parse;
};

// Raise this number with every change that changes the bytes of `best` and `max`: the efforts below, or
// the results of squeeze.
constexpr int squeeze_version = 4;

// Small content ends before libdeflate has learnt good prices, and two passes with exact prices save 0.2 % of
// a tree of Python. Large content takes most of the time in a bundle of native code. For it, level 10 takes
// three quarters of level 11's time and gives 0.1 % more bytes. Level 12 adds another quarter to the time and
// saves 0.03 %; only `max` uses it.
constexpr Effort best_small{11, {.passes = 2, .patience = 2}};
constexpr Effort best_medium{11, {}};
constexpr Effort best_large{10, {}};
constexpr Effort max_effort{12, {.passes = 60, .patience = 20, .match_depth = 200}};
// Takes half of the time. The result is 0.015 % larger on Python.
constexpr Effort max_large{12, {.passes = 30, .patience = 8, .match_depth = 200}};
constexpr std::size_t small = 128U << 10;
constexpr std::size_t large = 1U << 20;

Effort effort_for(Level level, std::size_t size) {
  if (level == Level::max) return size < large ? max_effort : max_large;
  if (size >= large) return best_large;
  return size < small ? best_small : best_medium;
}

// The largest content that is squeezed. Its tokens take as much memory as the content.
constexpr std::size_t most_squeezed = 128U << 20;

struct FreeCompressor {
  void operator()(libdeflate_compressor* compressor) const { libdeflate_free_compressor(compressor); }
};
struct FreeDecompressor {
  void operator()(libdeflate_decompressor* decompressor) const { libdeflate_free_decompressor(decompressor); }
};

// One compressor for each thread and level, because making one takes longer than compressing a small file.
libdeflate_compressor* thread_compressor(int level) {
  thread_local std::array<std::unique_ptr<libdeflate_compressor, FreeCompressor>, max_effort.level + 1>
      compressors;
  auto& compressor = compressors[static_cast<std::size_t>(level)];
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

// Empty if deflating does not make the content smaller.
Bytes deflated(ByteView content, int level) {
  if (content.size() < 2) return {};
  const auto room = content.size() - 1;
  // Left uninitialised: for a large file, clearing the room would take longer than the writing into it.
  const auto out = std::make_unique_for_overwrite<std::uint8_t[]>(room);
  const auto size =
      libdeflate_deflate_compress(thread_compressor(level), content.data(), content.size(), out.get(), room);
  return {out.get(), out.get() + size};
}

bool holds(ByteView stream, ByteView content) {
  const auto back = std::make_unique_for_overwrite<std::uint8_t[]>(content.size());
  return libdeflate_deflate_decompress(thread_decompressor(), stream.data(), stream.size(), back.get(),
                                       content.size(), nullptr) == LIBDEFLATE_SUCCESS &&
         std::equal(content.begin(), content.end(), back.get());
}

// True if squeezing is worth its time. Content that is compressed already hardly gets smaller: for the 946
// .gz files that botocore brings, all effort saves 0.03 %.
bool may_pay(ByteView content, const Bytes& stream) {
  return !stream.empty() && content.size() <= most_squeezed &&
         stream.size() < content.size() - content.size() / 50;
}

Bytes squeezed(ByteView content, Bytes stream, const ParseEffort& effort) {
  if (!may_pay(content, stream)) return stream;
  auto smaller = squeeze(content, stream, effort);
  if (smaller.size() >= stream.size()) return stream;
  require(holds(smaller, content), "a squeezed stream unpacks to what was compressed");
  return smaller;
}

Bytes deflated(ByteView content, Level level) {
  if (level == Level::fast) return deflated(content, fast_level);
  const auto effort = effort_for(level, content.size());
  return squeezed(content, deflated(content, effort.level), effort.parse);
}

}  // namespace

Stream compress(ByteView content, Level level) {
  Stream stream;
  stream.crc32 = crc32_of(content);
  stream.size = ByteSize(content.size());
  stream.bytes = deflated(content, level);
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

std::optional<Bytes> inflate_zlib(ByteView stream, std::size_t most) {
  constexpr std::size_t first_room = 1U << 16;
  for (auto room = std::min(first_room, most);; room = std::min(room * 8, most)) {
    Bytes content(room);
    std::size_t read = 0, written = 0;
    const auto result = libdeflate_zlib_decompress_ex(thread_decompressor(), stream.data(), stream.size(),
                                                      content.data(), content.size(), &read, &written);
    if (result == LIBDEFLATE_SUCCESS) {
      content.resize(written);
      return content;
    }
    if (result != LIBDEFLATE_INSUFFICIENT_SPACE || room == most) return std::nullopt;
  }
}

std::string encoder_version(Level level) {
  if (level == Level::fast) return format("libdeflate {} level {}", LIBDEFLATE_VERSION_STRING, fast_level);
  return format("libdeflate {}, squeeze {} {}", LIBDEFLATE_VERSION_STRING, squeeze_version,
                level == Level::max ? "max" : "best");
}

std::uint32_t crc32_of(ByteView content, std::uint32_t so_far) {
  return libdeflate_crc32(so_far, content.data(), content.size());
}

}  // namespace lbundle::zip
