// What certainty costs: native code that is kept although no event used it.
#pragma once

#include "elf/library_graph.hpp"
#include "model/bundle.hpp"
#include "stages/prune_evidence.hpp"

namespace lbundle {

// A note "reached-unused" for each extension module that no event used and that brings a megabyte or more
// with the libraries that nothing used needs, the dearest first, with what to write to be rid of it.
void report_prices(const Bundle& bundle, const TreeEvidence& evidence, const elf::LibraryGraph& libraries,
                   Findings& findings);

}  // namespace lbundle
