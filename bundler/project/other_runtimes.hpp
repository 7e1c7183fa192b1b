// Names of Lambda runtimes that lbundle cannot bundle for, and what to say of each.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace lbundle {

struct OtherRuntimes {
  std::vector<std::string> names;  // "go1.x"; one may end in "*"
  // Of a runtime that AWS no longer supports: the day from which it did not, as ISO 8601 writes it, and the
  // runtime that takes its place. Empty for those of other languages.
  std::string since, move_to;
  std::string language;  // "Java", of those of other languages; else empty
};

struct RuntimeRefusal {
  std::string cause, hint;  // as Error takes them
};

// Why there is no runtime `name` here, and where `function` ("raster", or "the function") should move.
// Nothing where the name means nothing to us. Throws BrokenAssumption if our own file is wrong.
std::optional<RuntimeRefusal> refusal_of_runtime(const std::string& name, const std::string& function);

// The entries of rules/other-runtimes.toml. Throws BrokenAssumption if it is wrong.
const std::vector<OtherRuntimes>& other_runtimes();
// Those of one such file. Throws Error with the place of a mistake.
std::vector<OtherRuntimes> parse_other_runtimes(const std::string& file, const std::string& text);

}  // namespace lbundle
