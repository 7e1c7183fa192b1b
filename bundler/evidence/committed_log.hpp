// lbundle.access.jsonl: the access log in the form that is committed beside the project, sorted and without
// anything that differs from machine to machine (docs/formats/committed-log.md describes it).
#pragma once

#include <map>
#include <set>
#include <string>

#include "model/access_log.hpp"
#include "model/host_path.hpp"

namespace lbundle {

// A name in a tree that lasts from one release of a package to the next.
struct LastingName {
  BundlePath path;
  // `path` is that of a library less hash and version: "numpy.libs/libgfortran" for
  // numpy.libs/libgfortran-040039e1.so.5.0.0, whose hash changes with its content.
  bool is_stem = false;

  auto operator<=>(const LastingName&) const = default;
};

struct CommittedLog {
  std::string runtime, architecture;
  std::string
      tree;  // names the staged tree's content, in hexadecimal: evidence about another one is of another time
  std::string method;  // by which it was traced
  // For each name below /var/task what was done with it, and by which events.
  std::map<LastingName, std::map<AccessKind, std::set<std::string>>> seen;
  std::set<LastingName> files;  // all that the staged tree had
};

// Always the same text for the same value.
std::string committed_log_text(const CommittedLog& log);

// Throws Error ("cannot read 'PATH': line 12: …") where it is not there, or no such log.
CommittedLog read_committed_log(const HostPath& path);

}  // namespace lbundle
