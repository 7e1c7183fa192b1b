#include "model/distribution.hpp"

#include <algorithm>
#include <cctype>

namespace lbundle {

std::string normalised_name(std::string_view name) {
  std::string result;
  for (const char c : name) {
    if (c == '-' || c == '_' || c == '.') {
      if (!result.ends_with('-')) result += '-';
    } else {
      result += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
  }
  return result;
}

const Distribution* Distributions::named(std::string_view name) const {
  const auto found = std::ranges::find(all, name, &Distribution::name);
  return found == all.end() ? nullptr : &*found;
}

}  // namespace lbundle
