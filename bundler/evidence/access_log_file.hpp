// Reads the tracer's log (docs/formats/access-log.md describes the format).
#pragma once

#include "model/access_log.hpp"
#include "model/host_path.hpp"

namespace lbundle {

// Reads a log that `lbundle-trace` wrote. Several runs may follow each other in one file. A last line that
// was cut off is left out, and the log counts as incomplete. Throws Error ("cannot read 'PATH': line 12: …")
// for any other line that is not a record of a known version.
AccessLog read_access_log(const HostPath& path);

// Adds the accesses of `other` to `into`. The result is incomplete if either log is.
void merge(AccessLog& into, AccessLog other);

}  // namespace lbundle
