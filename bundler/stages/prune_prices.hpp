// What certainty costs: native code that is kept although no event used it.
#pragma once

#include <map>
#include <string>

#include "elf/library_graph.hpp"
#include "model/bundle.hpp"
#include "stages/prune_evidence.hpp"

namespace lbundle {

// A note "reached-unused" for each extension module that no event used and that brings a megabyte or more
// with the libraries that nothing used needs, and for each folder of which that much other than Python is
// kept so, the dearest first, with what to write to be rid of it.
void report_prices(const Bundle& bundle, const TreeEvidence& evidence, const elf::LibraryGraph& libraries,
                   Findings& findings);

// A note "reached-dropped" for each file that kept code could come to (`ruled_out` tells how) and that a rule
// dropped, where it and the libraries dropped with it take a megabyte or more: what to write to have it.
void report_ruled_out(const Bundle& bundle, const FileSet& files,
                      const std::map<BundlePath, std::string>& ruled_out, const elf::LibraryGraph& libraries,
                      Findings& findings);

}  // namespace lbundle
