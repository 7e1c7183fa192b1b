// Bytes in memory, and files as bytes.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/host_path.hpp"

namespace lbundle {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// The content of the whole file. Throws Error ("cannot read 'PATH': …").
Bytes read_file(const HostPath& path);
std::string read_text_file(const HostPath& path);

}  // namespace lbundle
