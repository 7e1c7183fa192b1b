// A file that is there whole or not at all.
#pragma once

#include "os/fd.hpp"

namespace lbundle {

// Written under a temporary name in the target's folder, which is made if need be; `commit` renames it.
// Without a commit the temporary file is removed and what stood under the target's name stays as it was. A
// target that is a symbolic link is written through: the link stays and the file it names is replaced.
class AtomicFile {
 public:
  // Throws Error ("cannot write 'TARGET': …").
  explicit AtomicFile(HostPath target, unsigned mode = 0644);
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  ~AtomicFile();

  void write(ByteView bytes) { write_all(fd_, bytes, target_); }
  void write(std::string_view text) { write(as_bytes(text)); }
  // Gives it the bytes of `file`, which is moved here where both lie on one filesystem and copied otherwise.
  void take(const HostPath& file);
  // Where the bytes are before the commit, for those who write by name.
  const HostPath& temporary_path() const { return temporary_; }
  const HostPath& target() const { return target_; }
  // Throws Error; after an exception nothing is published.
  void commit();
  // As commit, for what can be made again: after a crash of the machine it may be there and empty. Waiting
  // for the disk costs some 10 ms for each file.
  void commit_replaceable();

 private:
  HostPath target_, temporary_;
  unsigned mode_;
  Fd fd_;
};

// The whole content at once.
void write_file(const HostPath& target, ByteView bytes);
void write_file(const HostPath& target, std::string_view text);

}  // namespace lbundle
