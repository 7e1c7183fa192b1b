// What is kept without being used, with its size; and what was dropped although an input may ask for it.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "elf/library_graph.hpp"
#include "model/bundle.hpp"
#include "project/project.hpp"
#include "prune/prune_evidence.hpp"
#include "prune/prune_keep_set.hpp"

namespace lbundle {

// Returns what is kept without being used and takes a megabyte or more, as staged: first extension modules
// that no event used, with the libraries that nothing in use needs; then folders of other files, neither
// native nor Python. Modules that share such a library are one entry. The largest come first. Files that an
// event used or looked at, and `repaired` ones, which an event failed without, are in no entry.
std::vector<UnusedFiles> unused_files(const Bundle& bundle, const TreeEvidence& evidence,
                                      const elf::LibraryGraph& libraries,
                                      const std::set<BundlePath>& repaired);

// Returns a note "reached-dropped" for each file that kept code could reach (`ruled_out` says how) and that a
// rule dropped, if the file and the libraries dropped with it take a megabyte or more. The hint says how to
// keep it.
Findings dropped_but_reached(const Bundle& bundle, const FileSet& files,
                             const std::map<BundlePath, std::string>& ruled_out,
                             const elf::LibraryGraph& libraries);

// For programs of provided runtimes, which cannot report in their log what was dropped. Returns an
// "unreported-drop" for each folder of the root from which something was dropped that a program could open,
// with its size. It is a warning at the level trace, where the next event may need any of it, and a note at a
// level that searched the program's text. Files that the user dropped by name (`by_user`), sources, headers
// and READMEs are not reported.
Findings unreported_drops(const Bundle& bundle, const FileSet& files, const TreeRules& rules,
                          const std::map<BundlePath, const UserGlob*>& by_user, PruneLevel level);

}  // namespace lbundle
