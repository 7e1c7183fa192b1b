#include "os/base64.hpp"

#include <openssl/evp.h>

namespace lbundle {

std::string encode_base64(ByteView bytes) {
  // OpenSSL writes a NUL after its text.
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes.data(),
                                     static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

std::optional<Bytes> decode_base64(std::string_view text) {
  // OpenSSL ignores white space at the ends and accepts '=' anywhere, so the text is checked here.
  static constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const auto digits = text.substr(0, text.find_last_not_of('=') + 1);
  const auto padding = text.size() - digits.size();
  if (text.size() % 4 != 0 || padding > 2 || digits.find_first_not_of(alphabet) != std::string_view::npos) {
    return std::nullopt;
  }
  Bytes bytes(text.size() / 4 * 3);
  const int length = EVP_DecodeBlock(bytes.data(), reinterpret_cast<const unsigned char*>(text.data()),
                                     static_cast<int>(text.size()));
  if (length < 0) return std::nullopt;
  // OpenSSL counts the padding as zero bytes.
  bytes.resize(static_cast<std::size_t>(length) - padding);
  return bytes;
}

}  // namespace lbundle
