// What a representative run accessed, read from the tracer's log (docs/formats/access-log.md).
#pragma once

#include <compare>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "model/bundle_path.hpp"

namespace lbundle {

// How a path was accessed. `link`: a symbolic link that was followed on the way to another path. `missing`: a
// path that was asked for and does not exist.
enum class AccessKind {
  opened,
  executed,
  mapped,
  stat,
  readlink,
  listed,
  link,
  missing,
  written,
  removed,
  renamed,
  connected
};

const char* to_text(AccessKind kind);
bool parse_access_kind(const std::string& text, AccessKind& kind);

struct Access {
  std::string path;  // absolute, in the root of the traced process; bytes
  AccessKind kind = AccessKind::opened;
  std::string event;
  int run = 0;  // from 1; 0 if runs are not distinguished

  auto operator<=>(const Access&) const = default;
};

// Accesses without order or repetition, so that the logs of several runs merge into one set.
struct AccessLog {
  std::set<Access> accesses;
  std::string method;         // "notify", "ptrace", …
  std::string method_reason;  // why `auto` chose it
  bool complete = true;       // false if a log ended before its run did
};

// The part of a log that is about paths in the bundle: for each path the kinds of access, and for each kind
// the events that accessed the path in this way.
using Evidence = std::map<BundlePath, std::map<AccessKind, std::set<std::string>>>;

// `path` relative to `root`, where a bundle is mounted ("/var/task"). Nothing if `path` is outside of `root`,
// or is `root` itself.
std::optional<BundlePath> path_below(std::string_view path, std::string_view root);

// The accesses below `root`, the folder where the bundle was mounted: "/var/task".
Evidence evidence_below(const AccessLog& log, const std::string& root);

}  // namespace lbundle
