// The cache of a user, shared by all projects and safe under concurrent builds: an entry is written beside
// its place and renamed, never changed.
#pragma once

#include <optional>
#include <string>

#include "model/file_set.hpp"
#include "os/bytes.hpp"

namespace lbundle {

// ${LBUNDLE_CACHE}, else ${XDG_CACHE_HOME}/lbundle, else ~/.cache/lbundle.
HostPath default_cache_folder();

class Store {
 public:
  // The folder is made when it is first written to.
  explicit Store(HostPath folder) : folder_(std::move(folder)) {}

  const HostPath& folder() const { return folder_; }

  // What was stored under `kind` ("deflate-best", "elf", "strip", …; a folder of its own) and `key`, which
  // must name everything that the value depends on. A damaged entry counts as absent.
  std::optional<Bytes> find(const std::string& kind, const Digest& key) const;
  // Kept zstd-compressed where that makes it smaller. Failing to write is logged and otherwise ignored: a
  // cache is no reason for a build to fail.
  void put(const std::string& kind, const Digest& key, ByteView value) const;

  // Content that goes into a bundle, stored by its own digest; unlike `put`, failing to write throws Error.
  Content put_content(ByteView bytes) const;

 private:
  HostPath path_of(const std::string& kind, const Digest& key) const;

  HostPath folder_;
};

// The bytes of a file of a bundle, decompressed where the cache holds it compressed. Throws Error ("cannot
// read …").
Bytes read_content(const Content& content);

}  // namespace lbundle
