// Says what a file is that should have been a zip.
#pragma once

#include <cstdint>

#include "model/error.hpp"
#include "model/host_path.hpp"
#include "os/bytes.hpp"

namespace lbundle::zip {

// The number of bytes that `not_a_zip` wants to see: a tar archive names itself at byte 257.
inline constexpr std::size_t beginning_size = 512;

// The error for a file without the end record of a zip. `beginning` are its first bytes, at most
// `beginning_size`. The error says what the file is, as far as its first bytes show it, and what to do.
Error not_a_zip(const HostPath& path, ByteView beginning);

// The error for a zip that `extra` bytes follow or precede, or whose first `missing` bytes are gone.
Error bytes_behind(const HostPath& path, std::uint64_t extra);
Error bytes_missing(const HostPath& path, std::uint64_t missing);
Error bytes_in_front(const HostPath& path, std::uint64_t extra);

}  // namespace lbundle::zip
