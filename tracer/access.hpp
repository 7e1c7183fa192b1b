#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lbundle::tracer {

/// What a path was used for. The names are those of the log (docs/formats/access-log.md).
enum class Kind {
  opened,
  executed,
  mapped,
  inherited,
  stat,
  readlink,
  listed,
  entered,
  missing,
  denied,
  written,
  removed,
  renamed,
  linked,
  bound,
  connected,
  mounted,
};

/// The kind's name in the log.
std::string_view kind_name(Kind kind);

/// A symbolic link that was crossed: its path, and its text.
struct Link {
  std::string path;
  std::string target;
};

/// One path that a call names, as seen from the tracee's root.
struct Access {
  Kind kind = Kind::stat;  ///< what the path was found to be used for; missing or denied if it was not found
  Kind intended = Kind::stat;  ///< what it would be used for if it existed
  std::string path;            ///< resolved: absolute, no links, no "." or ".."
  std::string asked;           ///< absolute but unresolved, with the links still in it
  std::vector<Link> links;     ///< in the order in which they were crossed
};

}  // namespace lbundle::tracer
