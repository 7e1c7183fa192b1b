// Keeps the streams of a zip until it is written: in memory up to a bound, beyond that in a nameless file.
#pragma once

#include <deque>
#include <mutex>

#include "os/bytes.hpp"
#include "os/fd.hpp"

namespace lbundle::zip {

class StreamPool {
 public:
  // The file is made in `folder` when it is first needed. It has no name, so no file is left behind
  // however the run ends.
  StreamPool(HostPath folder, std::size_t most_in_memory);
  StreamPool(const StreamPool&) = delete;
  StreamPool& operator=(const StreamPool&) = delete;
  ~StreamPool();

  // Stores `bytes` and returns a view of them that is valid as long as the pool exists. Safe to call from
  // several threads. Throws Error ("cannot write …").
  ByteView keep(Bytes bytes);

 private:
  ByteView keep_in_file(const Bytes& bytes);

  HostPath folder_;
  std::size_t most_in_memory_;
  std::mutex mutex_;
  std::size_t in_memory_ = 0;
  std::deque<Bytes> kept_;
  Fd file_;
  std::size_t file_size_ = 0;
  std::deque<ByteView> mapped_;
};

}  // namespace lbundle::zip
