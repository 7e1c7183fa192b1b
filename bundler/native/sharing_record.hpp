// What sharing decided for a tree's native code, as text for the cache: judging takes seconds, the same tree
// is judged at every build.
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

// The swaps in the order in which they are done, and what was said of every pair.
struct SharingPlan {
  std::vector<SharingStep> steps;
  std::vector<SharingVerdict> verdicts;
};

// Of the native part of a tree (links, and files that are ELF), of how the loader searches, and of what is to
// stay as it is. Names the judgement's own version: raise it in sharing_record.cpp with every change of what
// is allowed.
Digest sharing_key(const FileSet& native, const elf::LoaderPaths& loader,
                   const std::set<BundlePath>& untouched);

std::string to_record(const SharingPlan& plan);
// Nothing for a text that to_record of this version did not write.
std::optional<SharingPlan> sharing_from_record(std::string_view record);

}  // namespace lbundle
