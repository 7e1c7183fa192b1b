// The readers of foreign bytes, for the fuzzers. Each gets any bytes. It may throw Error, which is an answer;
// every other exception, a crash, a stall and a broken promise of the reader is a finding.
#pragma once

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "model/host_path.hpp"
#include "os/bytes.hpp"
#include "os/fd.hpp"

namespace lbundle::fuzz {

struct Reader {
  std::string_view name;
  void (*read)(ByteView bytes);
};

// All readers, by name: zip, elf, x86, project, rules, access-log, committed-log, baseline, manifest,
// requirements, package-lock, package-json, javascript, record, entry-points, pip-log, secrets.
std::span<const Reader> readers();

// The reader of this name. Throws std::invalid_argument if there is none.
const Reader& reader_named(std::string_view name);

// A file in memory with these bytes, for readers that take a path.
class MemoryFile {
 public:
  explicit MemoryFile(ByteView bytes);
  HostPath path() const;

 private:
  Fd fd_;
};

// A promise that a reader gives for any input.
inline void promise(bool kept, const char* what) {
  if (!kept) throw std::logic_error(std::string("not true: ") + what);
}

// The parts of the input between zeros; `count` of them, the last ones may be empty.
std::vector<std::string> parts_of(ByteView bytes, std::size_t count);

}  // namespace lbundle::fuzz
