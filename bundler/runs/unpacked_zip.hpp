// A zip's files on disk, for events to run on.
#pragma once

#include <mutex>
#include <optional>

#include "model/limits.hpp"
#include "os/temp_dir.hpp"

namespace lbundle {

// Four times what Lambda unpacks: a bundle that is too large can still run and be reported, but a zip bomb
// cannot fill the disk.
inline constexpr ByteSize most_unpacked{4 * limits::unzipped.bytes()};

// Unpacks a zip when its tree is first needed, once for all runs. The runs see the tree read-only.
class UnpackedZip {
 public:
  // `scratch` is the folder in which the zip is unpacked.
  UnpackedZip(HostPath zip, HostPath scratch, unsigned jobs)
      : zip_(std::move(zip)), scratch_(std::move(scratch)), jobs_(jobs) {}

  // Returns the unpacked tree. Safe to call from several threads. Throws Error ("cannot read …").
  const HostPath& tree();

 private:
  HostPath zip_, scratch_;
  unsigned jobs_;
  std::once_flag once_;
  std::optional<TempDir> folder_;
};

}  // namespace lbundle
