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

// Runs all of the project's events in a process that has imported, in each of these orders, the modules that
// load shared libraries, and compares their answers with those of a warm process unshrunk. What differs and
// does not in the same order unshrunk is a fault; the group that it differs with alone is to blame, or all.
// Python alone. Answers are remembered in the store.
NativeFaults import_order_faults(const NativeRun& run, const Digest& zip_digest,
                                 const std::vector<Event>& events);

}  // namespace lbundle
