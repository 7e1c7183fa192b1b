// The part of an ordered map that lies in one folder, or whose paths begin alike.
#pragma once

#include <ranges>
#include <string>
#include <string_view>

#include "model/bundle_path.hpp"

namespace lbundle {

// The entries of `map`, a map or set ordered by BundlePath, whose paths lie below `folder`, at any depth; all
// of them for the root. A view: it is valid as long as the map is unchanged. Paths are ordered by their
// bytes, so that "data-old/x" and "data.json" stand between "data" and "data/x".
template <class Map>
auto paths_below(const Map& map, const BundlePath& folder) {
  const auto path_of = [](const auto& entry) -> const BundlePath& {
    if constexpr (requires { entry.first; })
      return entry.first;
    else
      return entry;
  };
  // No name sorts before "\x01", so this is the first path that could lie below.
  const auto first = folder.is_root() ? map.begin() : map.lower_bound(folder / "\x01");
  return std::ranges::subrange(first, map.end()) |
         std::views::take_while([folder, path_of](const auto& entry) {
           return folder.is_root() || path_of(entry).is_within(folder);
         });
}

// The entries whose paths begin with `prefix`, which is itself a path: "pkg/__pycache__/mod." stands for all
// bytecode of a module. A view, as above.
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
