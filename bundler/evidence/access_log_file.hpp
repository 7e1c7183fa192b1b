// The tracer's log as values (docs/formats/access-log.md describes the format).
#pragma once

#include "model/access_log.hpp"
#include "model/host_path.hpp"

namespace lbundle {

// Reads a log that `lbundle-trace` wrote; several runs may follow each other in one file. A last line that
// was cut off is left out, and the log counts as incomplete. Throws Error ("cannot read 'PATH': line 12: …")
// for any other line that is no record of a known version.
AccessLog read_access_log(const HostPath& path);

// Adds what `other` saw; incomplete if either is.
void merge(AccessLog& into, AccessLog other);

}  // namespace lbundle
