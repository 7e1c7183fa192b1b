#include "os/digest_of.hpp"

#include <openssl/evp.h>

#include "model/error.hpp"
#include "os/digest_stream.hpp"
#include "os/mapped_file.hpp"

namespace lbundle {

struct DigestStream::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();

  State() {
    require(context != nullptr && EVP_DigestInit_ex(context, EVP_sha256(), nullptr) == 1,
            "OpenSSL has SHA-256");
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { EVP_MD_CTX_free(context); }

  void update(ByteView bytes) const { EVP_DigestUpdate(context, bytes.data(), bytes.size()); }
  Digest finish() const {
    Digest digest;
    EVP_DigestFinal_ex(context, digest.bytes.data(), nullptr);
    return digest;
  }
};

Digest digest_of(ByteView bytes) {
  Digest digest;
  EVP_Digest(bytes.data(), bytes.size(), digest.bytes.data(), nullptr, EVP_sha256(), nullptr);
  return digest;
}

Digest digest_of(std::string_view text) {
  return digest_of(as_bytes(text));
}

Digest digest_of_file(const HostPath& path) {
  return digest_of(MappedFile(path).bytes());
}

DigestStream::DigestStream() : state_(std::make_unique<State>()) {}
DigestStream::~DigestStream() = default;

void DigestStream::add(ByteView bytes) {
  state_->update(bytes);
}

Digest DigestStream::digest() {
  return state_->finish();
}

KeyBuilder& KeyBuilder::add(std::string_view part) {
  const std::uint64_t length = part.size();
  std::array<std::uint8_t, 8> prefix{};
  for (std::size_t i = 0; i < prefix.size(); ++i) prefix.at(i) = static_cast<std::uint8_t>(length >> 8 * i);
  stream_.add(prefix);
  stream_.add(as_bytes(part));
  return *this;
}

KeyBuilder& KeyBuilder::add(const Digest& digest) {
  return add(as_text(digest.bytes));
}

Digest KeyBuilder::key() {
  return stream_.digest();
}

}  // namespace lbundle
