// Names of Lambda runtimes that lbundle cannot bundle for, and what to say about each.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace lbundle {

struct OtherRuntimes {
  std::vector<std::string> names;  // "go1.x"; one may end in "*"
  // For a runtime that AWS no longer supports: the day on which support ended, in ISO 8601 form, and the
  // runtime to move to. Empty for runtimes of other languages.
  std::string since, move_to;
  std::string language;  // "Java", for runtimes of other languages; otherwise empty
};

struct RuntimeRefusal {
  std::string cause, hint;  // the arguments of Error
};

// Says why lbundle does not bundle for the runtime `name`, and where `function` ("raster", or "the function")
// should move. Nothing if we do not know the name. Throws BrokenAssumption if our own file is wrong.
std::optional<RuntimeRefusal> refusal_of_runtime(const std::string& name, const std::string& function);

// The entries of rules/other-runtimes.toml. Throws BrokenAssumption if it is wrong.
const std::vector<OtherRuntimes>& other_runtimes();
// The entries of one such file. Throws Error with the place of a mistake.
std::vector<OtherRuntimes> parse_other_runtimes(const std::string& file, const std::string& text);

}  // namespace lbundle
