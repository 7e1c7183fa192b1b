// dedupe: one copy of what several packages carry.
#pragma once

#include <set>
#include <vector>

#include "cache/store.hpp"
#include "elf/library_graph.hpp"
#include "model/bundle.hpp"
#include "project/project.hpp"

namespace lbundle {

struct DedupeOptions {
  DedupeMode mode = DedupeMode::safe;
  const Store& store;
  unsigned jobs = 1;
  elf::LoaderPaths loader = {};
  std::set<BundlePath> untouched = {};  // nothing else stands for these
};

// As the project file says, for its runtime.
DedupeOptions dedupe_options(const Project& project, const Store& store, unsigned jobs);

// Whether one library could stand for another of the same stem, and why, or why not.
struct SharingVerdict {
  BundlePath replacement, replaced;
  bool allowed = false;
  bool chosen = false;  // allowed and done; another choice may have saved more
  std::string reason;
  ByteSize saved;  // of the replaced file and of those that nobody needs without it, less the links; 0 where
                   // refused
};

// Every ordered pair that was judged, by replaced and replacement: what a report shows.
struct Sharing {
  std::vector<SharingVerdict> verdicts;
};

// Links take the place of copies: of identical files, and at `safe` of libraries that others can stand for.
// Throws Error for what cannot be read.
Bundle dedupe(Bundle bundle, const DedupeOptions& options, Sharing& sharing);

}  // namespace lbundle
