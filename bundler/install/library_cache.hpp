// The folders of system libraries in the cache.
#pragma once

#include <functional>

#include "cache/store.hpp"
#include "model/digest.hpp"
#include "model/host_path.hpp"

namespace lbundle {

// Returns the folder of `key`. If it is not in the cache, or its files are no longer those that were put
// there, `fill` makes it in another folder, which then takes its place. Throws what `fill` throws.
HostPath library_folder(const Store& store, const Digest& key,
                        const std::function<void(const HostPath& folder)>& fill);

}  // namespace lbundle
