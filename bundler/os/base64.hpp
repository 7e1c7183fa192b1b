// Base64 of RFC 4648, with padding.
#pragma once

#include <optional>
#include <string>

#include "os/bytes.hpp"

namespace lbundle {

std::string encode_base64(ByteView bytes);
// Nothing if `text` is not valid base64.
std::optional<Bytes> decode_base64(std::string_view text);

}  // namespace lbundle
