// Environment variables that a function must not set.
#pragma once

#include <string_view>

namespace lbundle {

// A variable that Lambda sets itself and that a function must not set, and the key of [function] that says
// what it has here. Without a key, no function depends on it.
struct ReservedVariable {
  std::string_view name, key;
};

// The variable of that name, or null if a function may set it.
const ReservedVariable* reserved_variable(std::string_view name);

}  // namespace lbundle
