// What the staged tree shows about the bundle before any event runs.
#pragma once

#include "model/bundle.hpp"
#include "prepare.hpp"
#include "project/project.hpp"

namespace lbundle {

// Logs a warning for each library that the runtime lacks and nothing brings, for native code that cannot work
// on the runtime (`native` has the findings of abi.hpp), and for each of `planned`, the findings about the
// programs that run events. Few of each kind: the tree has much that no event loads.
void report_early(const StagedTree& tree, const Findings& native, const Findings& planned,
                  const Project& project, const Prepared& prepared, const Store& store, unsigned jobs);

// The unzipped size that no stage can remove: the function's own files that are neither Python nor native
// code, each content once, without what the user drops. It is a lower bound of every bundle's size.
struct Irremovable {
  ByteSize bytes;
  BundlePath largest;
  ByteSize most;  // of `largest`
};
Irremovable irremovable(const StagedTree& tree, const std::vector<UserGlob>& drops);

// Throws Error (status judged_bad) if what cannot be removed and the layers exceed Lambda's unzipped limit.
void require_possible_size(const StagedTree& tree, const Project& project);

}  // namespace lbundle
