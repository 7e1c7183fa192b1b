// Lists the content of a cache, and keeps the cache within its bounds.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "model/byte_size.hpp"
#include "model/host_path.hpp"
#include "os/fd.hpp"

namespace lbundle {

// Held by a run that uses the cache. While any run holds one, nothing is removed from the cache. If the
// folder is not writable, this holds no lock, but then nothing can be removed either.
class CacheUse {
 public:
  explicit CacheUse(const HostPath& cache);

 private:
  Fd lock_;
};

// Records that an entry was used now. This is for entries that are folders; for a file, reading it is enough.
void mark_used(const HostPath& folder);

struct CacheBounds {
  ByteSize size{8'000'000'000};
  std::chrono::days age{60};  // since an entry was last used
};
// The bounds from ${LBUNDLE_CACHE_SIZE} ("2 GB") and ${LBUNDLE_CACHE_DAYS} ("30"), or the defaults above.
// Throws Error (wrong_usage) if a value has another form.
CacheBounds cache_bounds();

struct CacheKind {
  std::string name;  // "wheels", "deflate-best", …: a folder of the cache
  std::size_t entries = 0;
  ByteSize bytes;
};

// Every kind that has entries, in order of name.
std::vector<CacheKind> list_cache(const HostPath& cache);

// The bytes of all files of the cache that are counted within `limit`.
struct CountedSize {
  ByteSize bytes;
  bool is_whole = true;  // false if the time was over before all were counted
};
CountedSize count_cache(const HostPath& cache, std::chrono::milliseconds limit);

struct Removed {
  std::size_t entries = 0;
  ByteSize bytes;
};

// Removes the entries that were not used for longer than `bounds` allows. Then removes the least
// recently used entries until the rest fits. Throws Error ("… another run of lbundle is using it") while
// any CacheUse is held.
Removed trim_cache(const HostPath& cache, const CacheBounds& bounds);
// Removes all entries. Throws as trim_cache does.
Removed empty_cache(const HostPath& cache);

// Calls trim_cache if this was not done for a day and no other run uses the cache. Otherwise does nothing.
void trim_cache_now_and_then(const HostPath& cache);

}  // namespace lbundle
