// dedupe: one copy of what several packages have.
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

// Puts links in the place of copies: of identical files, and at `safe` of libraries that another one can
// replace. Throws Error for what cannot be read.
Deduped dedupe(Bundle bundle, const DedupeOptions& options);

}  // namespace lbundle
