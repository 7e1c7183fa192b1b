// What certainty costs: native code that is kept although no event used it. And what its lack may cost.
#pragma once

#include <map>
#include <string>

#include "elf/library_graph.hpp"
#include "model/bundle.hpp"
#include "project/project.hpp"
#include "prune/prune_evidence.hpp"
#include "prune/prune_keep_set.hpp"

namespace lbundle {

// A note "reached-unused" for each extension module that no event used and that brings a megabyte or more
// with the libraries that nothing used needs, and for each folder of which that much other than Python is
// kept for the same reason, the largest first, with what to write to drop it.
void report_prices(const Bundle& bundle, const TreeEvidence& evidence, const elf::LibraryGraph& libraries,
                   Findings& findings);

// A note "reached-dropped" for each file that kept code could come to (`ruled_out` tells how) and that a rule
// dropped, where it and the libraries dropped with it take a megabyte or more: what to write to have it.
void report_ruled_out(const Bundle& bundle, const FileSet& files,
                      const std::map<BundlePath, std::string>& ruled_out, const elf::LibraryGraph& libraries,
                      Findings& findings);

// For programs of provided runtimes, which have no place where their log could be told what was dropped: an
// "untold-drop" for each folder of the root of which anything went that a program could open, with its price.
// A warning at the level trace, where the next event may want any of it; a note where the program's texts
// were asked. Not told are files that the user dropped by name (`by_user`), and sources, headers and READMEs.
void report_untold(const Bundle& bundle, const FileSet& files, const TreeRules& rules,
                   const std::map<BundlePath, const UserGlob*>& by_user, PruneLevel level,
                   Findings& findings);

}  // namespace lbundle
