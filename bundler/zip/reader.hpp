// Reads any zip, not only those that lbundle made.
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
  std::optional<unsigned> mode;  // permission bits; nothing if the zip was not made on Unix

  bool encrypted() const { return (line.flags & 1) != 0; }
};

class ZipReader {
 public:
  // Throws Error ("cannot read 'PATH': …") if it is not a zip.
  explicit ZipReader(HostPath path);
  ZipReader(ZipReader&&) noexcept;
  ZipReader& operator=(ZipReader&&) = delete;
  ZipReader(const ZipReader&) = delete;
  ZipReader& operator=(const ZipReader&) = delete;
  ~ZipReader();

  const HostPath& path() const { return path_; }
  // In the order of the central directory. The same name may appear twice.
  const std::vector<ZipEntry>& entries() const { return entries_; }
  ByteSize file_size() const { return layout_.file; }
  // The bytes that belong to no entry. With the bytes of all entries they sum to the size of the file.
  ByteSize rest() const { return layout_.rest; }
  bool is_zip64() const { return layout_.zip64; }
  // The bytes of the central directory behind the entries that the end record counts; 0 in a right zip.
  ByteSize uncounted() const { return layout_.uncounted; }
  // True if the folders of its names are too many to be judged (zip/name_limits.hpp).
  bool has_too_many_folders() const { return too_many_folders_; }
  // True if bytes of one entry belong to another one too, by the central directory.
  bool has_overlaps() const;

  // Passes the content of entry `index` to `take`, part by part. Throws Error ("cannot unpack 'NAME': …") if
  // the entry is damaged, encrypted, compressed by an unknown method, or longer or shorter than its header
  // says. Do not call it from two threads at once.
  void read(std::size_t index, const std::function<void(ByteView)>& take) const;
  // The content of entry `index` as a whole. Throws Error also if it is larger than `at_most`.
  Bytes read(std::size_t index, ByteSize at_most) const;
  // The first bytes of entry `index`, at most `most`; no more of it is unpacked, and its CRC is not compared.
  // What cannot be unpacked is left out: of an encrypted entry everything.
  Bytes beginning(std::size_t index, std::size_t most) const;

 private:
  struct Handle;

  HostPath path_;
  Layout layout_;
  bool too_many_folders_ = false;
  std::vector<ZipEntry> entries_;
  std::unique_ptr<Handle> handle_;
};

// The entries as a tree, without digests of contents, and links with their targets. Left out are folders,
// names that leave the tree or are too long for Linux, and links whose text is longer than a path can be.
FileSet tree_of(const ZipReader& zip);

// Unpacks `zip` into `folder`, which is made if it is missing and must be empty. Files and folders get
// the modes in the zip (0644 and 0755 if it has none), whatever the umask is. Links are made last, so
// that nothing is written through one. Throws Error for damaged content, for more than `at_most` bytes
// in total, for a name or a link that leaves the folder, for two files of one name, and before it writes
// anything, for entries that overlap, names that are too long and folders that are too many. What was
// unpacked until then stays.
void extract(const HostPath& zip, const HostPath& folder, ByteSize at_most, unsigned jobs);

}  // namespace lbundle::zip
