// The fuzzer: libFuzzer calls it with inputs that it makes. The variable FUZZ_READER names the reader.
#include <cstdlib>
#include <iostream>

#include "fuzz/readers.hpp"
#include "model/error.hpp"

namespace {

const lbundle::fuzz::Reader& chosen() {
  static const auto& reader = [&]() -> const lbundle::fuzz::Reader& {
    const char* name = std::getenv("FUZZ_READER");
    return lbundle::fuzz::reader_named(name == nullptr ? "" : name);
  }();
  return reader;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    chosen().read({data, size});
  } catch (const lbundle::Error&) {
    return 0;  // an answer
  }
  return 0;
}
