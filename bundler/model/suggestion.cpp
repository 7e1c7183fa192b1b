#include "model/suggestion.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace lbundle {

namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

std::size_t spelling_distance(std::string_view a, std::string_view b) {
  // Rows of the usual table. Each has the distances of all beginnings of `b` from one beginning of `a`:
  // `current` from the one that ends with the current letter, `before` and `two_before` from those that end
  // one and two letters earlier.
  std::vector<std::size_t> two_before, before(b.size() + 1), current(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) current[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    two_before = std::exchange(before, current);
    current[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      current[j] = std::min({before[j] + 1, current[j - 1] + 1, before[j - 1] + (same ? 0 : 1)});
      const bool swapped =
          i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]);
      if (swapped) current[j] = std::min(current[j], two_before[j - 2] + 1);
    }
  }
  return current[b.size()];
}

std::string nearest_name(std::string_view name, std::span<const std::string_view> known) {
  std::string_view nearest;
  std::size_t least = name.size() + 1;
  for (const auto candidate : known) {
    const auto distance = spelling_distance(name, candidate);
    const auto longer = std::max(name.size(), candidate.size());
    if (distance >= least || distance > (longer + 2) / 3) continue;
    least = distance;
    nearest = candidate;
  }
  return std::string(nearest);
}

}  // namespace lbundle
