// What `lbundle cache` prints.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cache/inventory.hpp"
#include "cli/options.hpp"

namespace lbundle::cli {

// The text or JSON. `removed` is set if something was to be removed.
std::string cache_result(const HostPath& folder, const std::vector<CacheKind>& kinds,
                         const CacheBounds& bounds, const std::optional<Removed>& removed,
                         const CommonOptions& options);

}  // namespace lbundle::cli
