// The library that is mutated. It has versions, thread-local storage, objects, imports and initialisers.
#include <cstdio>

extern "C" {
thread_local int fuzz_count = 3;
int fuzz_table[4] = {1, 2, 3, 4};
int fuzz_next() {
  return ++fuzz_count;
}
int fuzz_print(const char* text) {
  return std::puts(text);
}
}

namespace {
struct Initialised {
  Initialised() { fuzz_table[0] = fuzz_next(); }
} initialised;
}  // namespace
