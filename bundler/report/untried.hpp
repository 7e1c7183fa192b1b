// What no event tried: code of the bundle that no event used, and the door through which it can be reached.
#pragma once

#include <string>
#include <vector>

#include "json/json.hpp"
#include "report/manifest.hpp"
#include "report/terminal.hpp"

namespace lbundle {

// The rows for a bundle: the function's own doors first, because they are the likeliest to be used, then by
// zipped size. An event should be added for the first ones. Empty if every kept file was used.
std::vector<UntriedRow> untried_rows(const Manifest& manifest);

std::string untried_text(const std::vector<UntriedRow>& rows, const TextStyle& style);
Json untried_json(const std::vector<UntriedRow>& rows);
// A section of the page. Empty if there are no rows.
std::string untried_html(const std::vector<UntriedRow>& rows);

}  // namespace lbundle
