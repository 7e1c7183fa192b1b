#include "cli/cache_output.hpp"

#include <algorithm>

#include "json/json.hpp"
#include "model/text.hpp"
#include "report/build_report.hpp"

namespace lbundle::cli {

namespace {

ByteSize total_of(const std::vector<CacheKind>& kinds) {
  ByteSize total;
  for (const auto& kind : kinds) total += kind.bytes;
  return total;
}

std::string as_json(const HostPath& folder, const std::vector<CacheKind>& kinds, const CacheBounds& bounds,
                    const std::optional<Removed>& removed) {
  Json result = {{"schema", 1},
                 {"folder", folder.string()},
                 {"bytes", total_of(kinds).bytes()},
                 {"limits", {{"bytes", bounds.size.bytes()}, {"days", bounds.age.count()}}},
                 {"kinds", Json::array()}};
  for (const auto& kind : kinds)
    result["kinds"].push_back(
        {{"name", kind.name}, {"entries", kind.entries}, {"bytes", kind.bytes.bytes()}});
  if (removed) result["removed"] = {{"entries", removed->entries}, {"bytes", removed->bytes.bytes()}};
  return result.dump(2) + '\n';
}

}  // namespace

std::string cache_result(const HostPath& folder, const std::vector<CacheKind>& kinds,
                         const CacheBounds& bounds, const std::optional<Removed>& removed,
                         const CommonOptions& options) {
  if (options.format == Format::json) return as_json(folder, kinds, bounds, removed);
  auto text = folder.string() + '\n';
  std::size_t width = 0;
  for (const auto& kind : kinds) width = std::max(width, kind.name.size());
  for (const auto& kind : kinds)
    text += format("  {:<{}}  {:>9}  {}\n", kind.name, width, to_text(kind.bytes),
                   count_text(kind.entries, "entry", "entries"));
  if (removed)
    text += format("removed {} of {}\n", count_text(removed->entries, "entry", "entries"),
                   to_text(removed->bytes));
  return text + format("{} of at most {}; entries not used for {} are removed\n", to_text(total_of(kinds)),
                       to_text(bounds.size),
                       count_text(static_cast<std::size_t>(bounds.age.count()), "day", "days"));
}

}  // namespace lbundle::cli
