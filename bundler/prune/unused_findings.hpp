// The notes about files that are kept although no event used them.
#pragma once

#include "model/bundle.hpp"

namespace lbundle {

// Returns a note "reached-unused" for each entry of `bundle.unused` that takes a megabyte or more in the
// bundle, unzipped: after dedupe, strip and bytecode. Its reason is that of the file that weighs most. Its
// hint is the line that removes the files.
Findings unused_findings(const Bundle& bundle);

}  // namespace lbundle
