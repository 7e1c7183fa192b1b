// What `lbundle doctor` prints.
#pragma once

#include "doctor.hpp"
#include "report/terminal.hpp"

namespace lbundle::cli {

// A line for each check, below its group. A lack is followed by its cost and by what mends it.
std::string doctor_text(const Examination& examination, const TextStyle& style);
// The form is docs/formats/doctor.schema.json.
std::string doctor_json(const Examination& examination);

}  // namespace lbundle::cli
