// import orders: the events again, where packages that share a library are imported in each order.
#pragma once

#include "native/loading.hpp"

namespace lbundle {

// Packages of which modules load one shared library, and the changes that made them share it.
struct SharingGroup {
  std::set<std::string> packages;
  std::set<BundlePath> files;  // staged

  bool operator==(const SharingGroup&) const = default;
};

// Orders of all packages of `groups`, few, such that each order of the packages of one group lies in one of
// them; of groups of more than three, each order of two. None where there is no group.
std::vector<std::vector<std::string>> import_orders(const std::vector<SharingGroup>& groups);

// For each of these orders, runs all events in a process that first imports the modules that load shared
// libraries, and compares the answers with those of a warm process over the unshrunk tree. A difference that
// the unshrunk tree does not show in the same order is a fault. To blame is the group of packages that shows
// it alone, or else all of them. Only for Python. Answers are remembered in the store.
NativeFaults import_order_faults(const NativeRun& run, const Digest& zip_digest,
                                 const std::vector<Event>& events);

}  // namespace lbundle
