// What `lbundle cache` prints.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cache/inventory.hpp"
#include "cli/options.hpp"

namespace lbundle::cli {

// `removed` where that was asked for.
std::string cache_result(const HostPath& folder, const std::vector<CacheKind>& kinds,
                         const CacheBounds& bounds, const std::optional<Removed>& removed,
                         const CommonOptions& options);

}  // namespace lbundle::cli
