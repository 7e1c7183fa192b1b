// What the files of facts about AWS have in common: days, and where each fact was read.
#pragma once

#include <string>
#include <string_view>

#include "project/toml_document.hpp"

namespace lbundle {

// A day in ISO 8601 form, so that days can be compared as text. Empty if there is no such key. Throws Error
// with the place if the value is not a day.
std::string date_of(const TomlTable& table, std::string_view key);

// Checks that each key other than `language` is in the `of` of a [[source]] of the table, and that each
// source has a text and a date. Throws Error with the place if not.
void check_sources(const TomlTable& table);

}  // namespace lbundle
