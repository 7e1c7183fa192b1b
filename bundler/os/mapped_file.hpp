// A file's bytes without reading what is not looked at.
#pragma once

#include "os/bytes.hpp"

namespace lbundle {

// Maps the file read-only for as long as it lives. Throws Error ("cannot read 'PATH': …"). The file must not
// be truncated meanwhile, so this is for trees and caches of ours, not for the user's.
class MappedFile {
 public:
  explicit MappedFile(const HostPath& path);
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&&) = delete;
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile();

  ByteView bytes() const { return bytes_; }

 private:
  ByteView bytes_;
};

}  // namespace lbundle
