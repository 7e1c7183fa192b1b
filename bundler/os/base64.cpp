#include "os/base64.hpp"

#include <openssl/evp.h>

namespace lbundle {

std::string encode_base64(ByteView bytes) {
  // OpenSSL writes a NUL behind its text.
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes.data(),
                                     static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

std::optional<Bytes> decode_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  Bytes bytes(text.size() / 4 * 3);
  const int length = EVP_DecodeBlock(bytes.data(), reinterpret_cast<const unsigned char*>(text.data()),
                                     static_cast<int>(text.size()));
  if (length < 0) return std::nullopt;
  // OpenSSL counts the padding's zero bytes in.
  auto size = static_cast<std::size_t>(length);
  for (std::size_t i = 0; i < 2 && text.ends_with('='); ++i, text.remove_suffix(1)) --size;
  bytes.resize(size);
  return bytes;
}

}  // namespace lbundle
