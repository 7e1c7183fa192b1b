// What a cache holds, and how it is kept within its bounds.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "model/byte_size.hpp"
#include "model/host_path.hpp"
#include "os/fd.hpp"

namespace lbundle {

// Held by a run that relies on what lies in the cache: as long as one does, nothing is removed from it. Where
// the folder cannot be written to, nothing can be removed either, and it holds nothing.
class CacheUse {
 public:
  explicit CacheUse(const HostPath& cache);

 private:
  Fd lock_;
};

// Says that an entry which is a folder was of use now; entries that are files say so by being read.
void mark_used(const HostPath& folder);

struct CacheBounds {
  ByteSize size{8'000'000'000};
  std::chrono::days age{60};  // since an entry was last of use
};
// ${LBUNDLE_CACHE_SIZE} ("2 GB"), ${LBUNDLE_CACHE_DAYS}. Throws Error (wrong_usage) for what is neither.
CacheBounds cache_bounds();

struct CacheKind {
  std::string name;  // "wheels", "deflate-best", …: a folder of the cache
  std::size_t entries = 0;
  ByteSize bytes;
};

// Every kind, in order of its name.
std::vector<CacheKind> list_cache(const HostPath& cache);

struct Removed {
  std::size_t entries = 0;
  ByteSize bytes;
};

// Removes what was of no use for longer than `bounds` allows, and then what was so the longest time ago,
// until the rest fits. Throws Error ("… another run of lbundle is using it") while any CacheUse is held.
Removed trim_cache(const HostPath& cache, const CacheBounds& bounds);
// Removes all. Throws as trim_cache does.
Removed empty_cache(const HostPath& cache);

// trim_cache, if that was not done for a day and no one uses the cache; otherwise nothing.
void trim_cache_now_and_then(const HostPath& cache);

}  // namespace lbundle
