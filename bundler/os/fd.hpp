// A file descriptor that closes itself.
#pragma once

#include <utility>

#include "os/bytes.hpp"

namespace lbundle {

class Fd {
 public:
  Fd() = default;
  explicit Fd(int number) : number_(number) {}
  Fd(Fd&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Fd& operator=(Fd&& other) noexcept;
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  ~Fd() { reset(); }

  int number() const { return number_; }
  bool is_open() const { return number_ >= 0; }
  void reset();

 private:
  int number_ = -1;
};

// open(2) with O_CLOEXEC. Throws Error ("cannot VERB 'PATH': …").
Fd open_file(const HostPath& path, int flags, const char* verb, unsigned mode = 0666);
// Writes all of `bytes`. Throws Error ("cannot write 'WHAT': …"). If the disk is full, the hint
// is to make room.
void write_all(const Fd& fd, ByteView bytes, const HostPath& what);

}  // namespace lbundle
