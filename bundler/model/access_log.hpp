// What a representative run touched, read from the tracer's log (docs/formats/access-log.md).
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

// Why a path was looked at. `link` is a symbolic link that was crossed on the way to something else;
// `missing` was asked for and not there.
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
  std::string path;  // as the tracee's root sees it, absolute, bytes
  AccessKind kind = AccessKind::opened;
  std::string event;
  int run = 0;  // from 1; 0 where runs are not told apart

  auto operator<=>(const Access&) const = default;
};

// Accesses without order or repetition, so that logs of several runs merge into a set.
struct AccessLog {
  std::set<Access> accesses;
  std::string method;         // "notify", "ptrace", …
  std::string method_reason;  // why `auto` took it
  bool complete = true;       // false where a log ended before its run did
};

// The part of a log that lies in the bundle: for each path the kinds, and for each kind the events that did
// so.
using Evidence = std::map<BundlePath, std::map<AccessKind, std::set<std::string>>>;

// Where `path` lies in a bundle mounted at `root` ("/var/task"); nothing where it is outside, or the root
// itself.
std::optional<BundlePath> path_below(std::string_view path, std::string_view root);

// `root` is where the bundle was mounted: "/var/task".
Evidence evidence_below(const AccessLog& log, const std::string& root);

}  // namespace lbundle
