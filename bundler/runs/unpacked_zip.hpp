// What a zip holds, on disk, for runs on it.
#pragma once

#include <mutex>
#include <optional>

#include "model/limits.hpp"
#include "os/temp_dir.hpp"

namespace lbundle {

// Far above what Lambda unpacks, so that a bundle that is too large can be run and told so; a bomb cannot.
inline constexpr ByteSize most_unpacked{4 * limits::unzipped.bytes()};

// Unpacked from the moment that somebody needs it, once for all runs, which find it read-only.
class UnpackedZip {
 public:
  // `scratch` is the folder that it is unpacked in.
  UnpackedZip(HostPath zip, HostPath scratch, unsigned jobs)
      : zip_(std::move(zip)), scratch_(std::move(scratch)), jobs_(jobs) {}

  // The tree. Safe to call from several threads. Throws Error ("cannot read …").
  const HostPath& tree();

 private:
  HostPath zip_, scratch_;
  unsigned jobs_;
  std::once_flag once_;
  std::optional<TempDir> folder_;
};

}  // namespace lbundle
