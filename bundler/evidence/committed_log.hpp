// lbundle.access.jsonl: the access log in the form that is committed beside the project. It is sorted and has
// nothing that differs between machines (docs/formats/committed-log.md describes it).
#pragma once

#include <map>
#include <set>
#include <string>

#include "model/access_log.hpp"
#include "model/host_path.hpp"

namespace lbundle {

// A name in a tree that stays the same from one release of a package to the next.
struct LastingName {
  BundlePath path;
  // True if `path` is a library's path without hash and version: "numpy.libs/libgfortran" for
  // numpy.libs/libgfortran-040039e1.so.5.0.0, whose hash changes with its content.
  bool is_stem = false;

  auto operator<=>(const LastingName&) const = default;
};

struct CommittedLog {
  std::string runtime, architecture;
  // A digest of the staged tree's names and contents, in hexadecimal. The evidence is only about this tree.
  std::string tree;
  std::string method;  // the tracing method
  // For each name below /var/task: the kinds of access, and for each kind the events.
  std::map<LastingName, std::map<AccessKind, std::set<std::string>>> seen;
  std::set<LastingName> files;  // all files of the staged tree
};

// The text of the file. The same value always gives the same text.
std::string committed_log_text(const CommittedLog& log);

// Reads the file. Throws Error ("cannot read 'PATH': line 12: …") if it is missing or is not such a log.
CommittedLog read_committed_log(const HostPath& path);

}  // namespace lbundle
