// What files of facts about AWS have in common: days, and where each fact was read.
#pragma once

#include <string>
#include <string_view>

#include "project/toml_document.hpp"

namespace lbundle {

// A day as ISO 8601 writes it, so that days compare as texts; empty where the key is absent. Throws Error
// with the place where the text is no day.
std::string date_of(const TomlTable& table, std::string_view key);

// Throws Error with the place of a key, other than `language`, that no [[source]] of the table names in its
// `of`; and where a source has no text or no date.
void check_sources(const TomlTable& table);

}  // namespace lbundle
