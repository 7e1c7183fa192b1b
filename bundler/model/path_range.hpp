// The part of an ordered map that is in one folder, or whose paths begin with the same bytes.
#pragma once

#include <ranges>
#include <string>
#include <string_view>

#include "model/bundle_path.hpp"

namespace lbundle {

// The entries of `map` whose paths are below `folder`, at any depth; all entries for the root. `map` is a map
// or set that is ordered by BundlePath. The result is a view, valid as long as the map is not changed. Paths
// are ordered by their bytes, so "data-old/x" and "data.json" come between "data" and "data/x".
template <class Map>
auto paths_below(const Map& map, const BundlePath& folder) {
  const auto path_of = [](const auto& entry) -> const BundlePath& {
    if constexpr (requires { entry.first; })
      return entry.first;
    else
      return entry;
  };
  // No name sorts before "\x01", so this is the first path that can be below `folder`.
  const auto first = folder.is_root() ? map.begin() : map.lower_bound(folder / "\x01");
  return std::ranges::subrange(first, map.end()) |
         std::views::take_while([folder, path_of](const auto& entry) {
           return folder.is_root() || path_of(entry).is_within(folder);
         });
}

// The entries whose paths begin with `prefix`, which is a path itself: "pkg/__pycache__/mod." finds all
// bytecode of a module. The result is a view, as above.
template <class Map>
auto paths_beginning_with(const Map& map, const BundlePath& prefix) {
  const auto path_of = [](const auto& entry) -> const BundlePath& {
    if constexpr (requires { entry.first; })
      return entry.first;
    else
      return entry;
  };
  return std::ranges::subrange(map.lower_bound(prefix), map.end()) |
         std::views::take_while([text = prefix.bytes(), path_of](const auto& entry) {
           return path_of(entry).bytes().starts_with(text);
         });
}

}  // namespace lbundle
