// SHA-256 of bytes that are added part by part.
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
  // The digest of everything that was added. Nothing may be added afterwards.
  Digest digest();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace lbundle
