// What a call throws, as something to look at.
#pragma once

#include <optional>

#include "model/error.hpp"

namespace lbundle {

// The Error that `call` throws; nothing where it throws none. Other exceptions pass.
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
