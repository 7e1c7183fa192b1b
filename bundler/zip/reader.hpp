// Reads zips, anybody's.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/byte_size.hpp"
#include "model/file_set.hpp"
#include "os/bytes.hpp"
#include "zip/layout.hpp"

namespace lbundle::zip {

enum class EntryType { file, folder, link, special };

struct ZipEntry {
  DirectoryLine line;
  EntryType type = EntryType::file;
  std::optional<unsigned> mode;  // permission bits; nothing where the zip was not made on Unix

  bool encrypted() const { return (line.flags & 1) != 0; }
};

class ZipReader {
 public:
  // Throws Error ("cannot read 'PATH': …") where it is no zip.
  explicit ZipReader(HostPath path);
  ZipReader(ZipReader&&) noexcept;
  ZipReader& operator=(ZipReader&&) = delete;
  ZipReader(const ZipReader&) = delete;
  ZipReader& operator=(const ZipReader&) = delete;
  ~ZipReader();

  const HostPath& path() const { return path_; }
  // In the order of the central directory. A name may stand there twice.
  const std::vector<ZipEntry>& entries() const { return entries_; }
  ByteSize file_size() const { return layout_.file; }
  // What no entry takes: with what the entries take it sums to the size of the file.
  ByteSize rest() const { return layout_.rest; }
  bool is_zip64() const { return layout_.zip64; }
  // What libzip's own check of the whole calls inconsistent; empty if nothing.
  const std::string& inconsistency() const { return inconsistency_; }

  // Gives the content of entry `index` to `take`, part by part. Throws Error ("cannot unpack 'NAME': …")
  // where it is damaged, encrypted, of an unknown method, or longer than its header says. Not to be called
  // from two threads at once.
  void read(std::size_t index, const std::function<void(ByteView)>& take) const;
  // At once; throws Error too where it is larger than `at_most`.
  Bytes read(std::size_t index, ByteSize at_most) const;

 private:
  struct Handle;

  HostPath path_;
  Layout layout_;
  std::vector<ZipEntry> entries_;
  std::string inconsistency_;
  std::unique_ptr<Handle> handle_;
};

// The entries as a tree, without contents' digests; links with their targets. Names that leave the tree and
// links whose text is longer than a path can be are left out; folders vanish.
FileSet tree_of(const ZipReader& zip);

// Unpacks all of `zip` into `folder`, which is made, or must be empty. Modes are set as they stand in the zip
// (0644 and 0755 where none do), whatever the umask; links are made last, so that nothing is written through
// one. Throws Error for what is damaged, for more than `at_most` bytes in all, for a name or a link that
// leaves the folder, and for names that stand there twice; what was unpacked until then stays.
void extract(const HostPath& zip, const HostPath& folder, ByteSize at_most, unsigned jobs);

}  // namespace lbundle::zip
