#include "zip/strong_deflate.hpp"

#include <cstdlib>
#include <memory>

#include <zopfli/zopfli.h>

#include "model/text.hpp"

namespace lbundle::zip {

namespace {

constexpr int zopfli_iterations = 5;

// Content that is compressed already keeps to its size whatever is done to it: of the 946 .gz files that
// botocore brings, all effort saves 0.03 %.
bool may_pay(std::size_t size, std::size_t best_size) {
  return best_size < size - size / 50;
}

struct Free {
  void operator()(unsigned char* bytes) const { std::free(bytes); }
};

}  // namespace

Bytes strong_deflate(ByteView content, std::size_t best_size) {
  if (!may_pay(content.size(), best_size)) return {};
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
