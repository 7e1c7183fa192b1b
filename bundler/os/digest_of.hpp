// SHA-256 of bytes and files.
#pragma once

#include <string_view>

#include "model/digest.hpp"
#include "model/host_path.hpp"
#include "os/bytes.hpp"
#include "os/digest_stream.hpp"

namespace lbundle {

Digest digest_of(ByteView bytes);
Digest digest_of(std::string_view text);
// Throws Error ("cannot read 'PATH': …").
Digest digest_of_file(const HostPath& path);

// A key made of several parts. Each part is added with its length, so the parts ("ab", "c") and ("a",
// "bc") give different keys.
class KeyBuilder {
 public:
  KeyBuilder& add(std::string_view part);
  KeyBuilder& add(const Digest& digest);
  // Returns the key. Nothing may be added afterwards.
  Digest key();

 private:
  DigestStream stream_;
};

}  // namespace lbundle
