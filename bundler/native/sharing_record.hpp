// What dedupe decided about sharing a tree's native code, as text for the cache. Judging takes seconds, and
// most builds judge the same tree again.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "native/dedupe.hpp"
#include "native/dedupe_verdict.hpp"

namespace lbundle {

struct SharingStep {
  SharingVerdict verdict;
  Swap swap;
};

// The swaps in the order in which they are done, and the verdict on every pair.
struct SharingPlan {
  std::vector<SharingStep> steps;
  std::vector<SharingVerdict> verdicts;
};

// The cache key. It depends on the native part of a tree (links and ELF files), on how the loader searches,
// on the files that must stay untouched, and on the version of the judgement. Raise that version in
// sharing_record.cpp with every change of what is allowed.
Digest sharing_key(const FileSet& native, const elf::LoaderPaths& loader,
                   const std::set<BundlePath>& untouched);

std::string to_record(const SharingPlan& plan);
// Returns nothing if to_record of this version did not write `record`.
std::optional<SharingPlan> sharing_from_record(std::string_view record);

}  // namespace lbundle
