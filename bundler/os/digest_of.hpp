// SHA-256 of bytes and files.
#pragma once

#include <memory>

#include "model/digest.hpp"
#include "os/bytes.hpp"

namespace lbundle {

Digest digest_of(ByteView bytes);
Digest digest_of(std::string_view text);
// Throws Error ("cannot read 'PATH': …").
Digest digest_of_file(const HostPath& path);

// A key made of several parts: the parts are told apart by their lengths, so ("ab", "c") and ("a", "bc")
// differ.
class KeyBuilder {
 public:
  KeyBuilder();
  ~KeyBuilder();
  KeyBuilder(const KeyBuilder&) = delete;
  KeyBuilder& operator=(const KeyBuilder&) = delete;

  KeyBuilder& add(std::string_view part);
  KeyBuilder& add(const Digest& digest);
  // Ends the key; nothing may be added afterwards.
  Digest key();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace lbundle
