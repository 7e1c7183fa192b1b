// The cache of a user, shared by all projects and safe under concurrent builds. An entry is written under a
// temporary name and renamed to its place. It is never changed.
#pragma once

#include <optional>
#include <string>

#include "model/file_set.hpp"
#include "os/bytes.hpp"

namespace lbundle {

// The folder of the cache: ${LBUNDLE_CACHE}, else ${XDG_CACHE_HOME}/lbundle, else ~/.cache/lbundle.
HostPath default_cache_folder();

class Store {
 public:
  // The folder is made when it is first written to.
  explicit Store(HostPath folder) : folder_(std::move(folder)) {}

  const HostPath& folder() const { return folder_; }

  // The value that was stored under `kind` and `key`. A kind is a folder of the cache: "deflate-best", "elf",
  // "strip", …. `key` must name everything that the value depends on. Nothing if there is no such entry, or
  // if it is damaged.
  std::optional<Bytes> find(const std::string& kind, const Digest& key) const;
  // Stores a value, compressed by zstd if that makes it smaller. If it cannot be written, this is logged and
  // otherwise ignored, because a build must not fail because of its cache.
  void put(const std::string& kind, const Digest& key, ByteView value) const;

  // Stores content that goes into a bundle, under its own digest. Unlike `put`, it throws Error
  // if it cannot write.
  Content put_content(ByteView bytes) const;

 private:
  HostPath path_of(const std::string& kind, const Digest& key) const;

  HostPath folder_;
};

// The bytes of a file of a bundle, decompressed if the cache has it compressed. Throws
// Error ("cannot read …").
Bytes read_content(const Content& content);

// A file with these bytes, for programs that read files by name: the content's own file, or, if the cache has
// it compressed, FOLDER/source-NUMBER, which is written. Throws as read_content and write_file do.
HostPath plain_file(const Content& content, const HostPath& folder, std::size_t number);

}  // namespace lbundle
