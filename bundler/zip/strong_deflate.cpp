#include "zip/strong_deflate.hpp"

#include <cstdlib>
#include <memory>

#include <zopfli/zopfli.h>

#include "model/text.hpp"

namespace lbundle::zip {

namespace {

constexpr int zopfli_iterations = 5;

struct Free {
  void operator()(unsigned char* bytes) const { std::free(bytes); }
};

}  // namespace

Bytes strong_deflate(ByteView content) {
  if (content.empty()) return {};
  ZopfliOptions options;
  ZopfliInitOptions(&options);
  options.numiterations = zopfli_iterations;
  unsigned char* out = nullptr;
  std::size_t size = 0;
  ZopfliCompress(&options, ZOPFLI_FORMAT_DEFLATE, content.data(), content.size(), &out, &size);
  const std::unique_ptr<unsigned char, Free> owner(out);
  return {out, out + size};
}

std::string strong_deflate_version() {
  return format("zopfli x{}", zopfli_iterations);
}

}  // namespace lbundle::zip
