// Catches the Error that a call throws.
#pragma once

#include <optional>

#include "model/error.hpp"

namespace lbundle {

// Returns the Error that `call` throws; nothing if it throws none. Other exceptions are not caught.
template <typename Call>
std::optional<Error> error_of(const Call& call) {
  try {
    call();
  } catch (const Error& error) {
    return error;
  }
  return std::nullopt;
}

}  // namespace lbundle
