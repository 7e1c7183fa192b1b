// SHA-256 of bytes as they come.
#pragma once

#include <memory>

#include "model/digest.hpp"
#include "os/bytes.hpp"

namespace lbundle {

class DigestStream {
 public:
  DigestStream();
  ~DigestStream();
  DigestStream(const DigestStream&) = delete;
  DigestStream& operator=(const DigestStream&) = delete;

  void add(ByteView bytes);
  // Of all that was added; nothing may be added afterwards.
  Digest digest();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace lbundle
