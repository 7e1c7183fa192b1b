// Writes answers as text for the cache, and reads them again.
#pragma once

#include <optional>

#include "sandbox/sandbox.hpp"

namespace lbundle {

// Returns the answer as one line of JSON.
std::string to_record(const Answer& answer);
// Returns the answer that is in `record`; nothing if to_record of this version did not write it.
std::optional<Answer> answer_from_record(std::string_view record);

}  // namespace lbundle
