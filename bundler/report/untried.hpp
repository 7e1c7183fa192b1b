// What no event tried: code of the bundle that is there for another day, and through which door it is
// reached.
#pragma once

#include <string>
#include <vector>

#include "json/json.hpp"
#include "report/manifest.hpp"
#include "report/terminal.hpp"

namespace lbundle {

// The function's own doors first, as the likeliest to be taken, then by zipped size: the first are what an
// event should be added for. Empty where every kept file was used.
std::vector<UntriedRow> untried_rows(const Manifest& manifest);

std::string untried_text(const std::vector<UntriedRow>& rows, const TextStyle& style);
Json untried_json(const std::vector<UntriedRow>& rows);
// A section of the page; empty where there are no rows.
std::string untried_html(const std::vector<UntriedRow>& rows);

}  // namespace lbundle
