// import orders: runs the events again, with packages that share a library imported in each order.
#pragma once

#include "native/loading.hpp"

namespace lbundle {

// Packages with modules that load the same shared library, and the changes that made them share it.
struct SharingGroup {
  std::set<std::string> packages;
  std::set<BundlePath> files;  // staged

  bool operator==(const SharingGroup&) const = default;
};

// Returns at most 12 orders of all packages of `groups`. They contain each order of the packages of one
// group; for groups of more than three packages, each order of two. If 12 are not enough, some orders are not
// tested. Empty if there is no group.
std::vector<std::vector<std::string>> import_orders(const std::vector<SharingGroup>& groups);

// For each of these orders, runs all events in a process that first imports the modules that load shared
// libraries, and compares the answers with those of a warm process on the unshrunk tree. A difference that
// the unshrunk tree does not show in the same order is a fault. The cause is the group of packages that shows
// it alone, or else all groups. Only for Python. Answers are remembered in the store.
NativeFaults import_order_faults(const NativeRun& run, const Digest& zip_digest,
                                 const std::vector<Event>& events);

}  // namespace lbundle
