// A file that is written completely or not at all.
#pragma once

#include "os/fd.hpp"

namespace lbundle {

// Writes a file under a temporary name in the target's folder, which is made if it is missing. `commit`
// renames it. Without a commit, the temporary file is removed and any file under the target's name stays
// unchanged. If the target is a symbolic link, the link stays and the file that it leads to is replaced.
class AtomicFile {
 public:
  // Throws Error ("cannot write 'TARGET': …").
  explicit AtomicFile(HostPath target, unsigned mode = 0644);
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  ~AtomicFile();

  void write(ByteView bytes) { write_all(fd_, bytes, target_); }
  void write(std::string_view text) { write(as_bytes(text)); }
  // Fills it with the bytes of `file`, which is moved if both are on the same filesystem, else copied.
  void take(const HostPath& file);
  // The file that has the bytes before the commit, for code that writes by name.
  const HostPath& temporary_path() const { return temporary_; }
  const HostPath& target() const { return target_; }
  // Renames the file to its target, after its bytes are on the disk. Throws Error; then nothing is published.
  void commit();
  // Like commit, but does not wait for the disk, which takes about 10 ms for each file. After a crash of the
  // machine the file may exist and be empty, so use it only for files that can be made again.
  void commit_replaceable();

 private:
  HostPath target_, temporary_;
  unsigned mode_;
  Fd fd_;
};

// Writes `target` with this content, through an AtomicFile.
void write_file(const HostPath& target, ByteView bytes);
void write_file(const HostPath& target, std::string_view text);

}  // namespace lbundle
