// dedupe: keeps one copy of what several packages have.
#pragma once

#include <set>

#include "cache/store.hpp"
#include "elf/library_graph.hpp"
#include "model/bundle.hpp"
#include "native/sharing.hpp"
#include "project/project.hpp"

namespace lbundle {

struct DedupeOptions {
  DedupeMode mode = DedupeMode::safe;
  const Store& store;
  unsigned jobs = 1;
  elf::LoaderPaths loader = {};
  std::set<BundlePath> untouched = {};  // these are not replaced
};

// How a runtime's loader searches the bundle.
elf::LoaderPaths loader_of(const Runtime& runtime);

struct Deduped {
  Bundle bundle;
  Sharing sharing;
};

// Replaces copies by links: copies of identical files, and with mode `safe` also libraries that another one
// can replace. Throws Error if a file cannot be read.
Deduped dedupe(Bundle bundle, const DedupeOptions& options);

}  // namespace lbundle
