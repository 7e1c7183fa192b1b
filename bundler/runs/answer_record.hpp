// Answers as text, for the cache.
#pragma once

#include <optional>

#include "sandbox/sandbox.hpp"

namespace lbundle {

// One line of JSON.
std::string to_record(const Answer& answer);
// Nothing for a text that to_record of this version did not write.
std::optional<Answer> answer_from_record(std::string_view record);

}  // namespace lbundle
