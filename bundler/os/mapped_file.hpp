// A file's bytes in memory. Only the parts that are used are read.
#pragma once

#include "os/bytes.hpp"

namespace lbundle {

// Maps the file read-only while this object exists. Throws Error ("cannot read 'PATH': …"). The file must not
// be truncated meanwhile, so use this for lbundle's trees and caches, not for the user's files.
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
