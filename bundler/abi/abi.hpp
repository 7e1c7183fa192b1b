// abi: would the runtime's loader and interpreter take the native code of a tree.
#pragma once

#include <string>
#include <vector>

#include "cache/store.hpp"
#include "model/distribution.hpp"
#include "model/file_set.hpp"
#include "model/finding.hpp"
#include "project/project.hpp"

namespace lbundle {

struct AbiTarget {
  const Runtime& runtime;
  Architecture architecture = Architecture::x86_64;
  std::vector<HostPath> layers;  // unpacked; what lies in their lib/ is found as /opt/lib
};

// In a staged tree much lies that no event loads, so a library that is missing there is a warning; in a
// bundle everything was kept for a reason.
enum class AbiScope { staged, bundle };

// Codes: architecture, symbol-version, library-missing, library-elsewhere, processor-level, interpreter,
// executable-stack, foreign-format, python-version, unreadable-library; each with "abi-" in front. Errors are
// what cannot work once it is loaded. Facts are cached in `store`. Throws Error for what cannot be read.
Findings judge_abi(const FileSet& files, const Distributions& owners, const AbiTarget& target, AbiScope scope,
                   const Store& store, unsigned jobs);

// The same for a zip, unpacked for it into a folder of its own. One that is larger than 1 GiB unpacked,
// or that cannot be unpacked, gets the note abi-not-judged.
Findings judge_abi_of_zip(const HostPath& zip, const AbiTarget& target, const Store& store, unsigned jobs);

// A library that a file needs and that nothing brings: neither the runtime for certain, nor a layer, nor a
// file of the tree.
struct MissingLibrary {
  std::string library;  // as DT_NEEDED names it
  BundlePath needed_by;
};

// Of all files that are made for the target's processor, by path. Facts are cached in `store`.
std::vector<MissingLibrary> missing_libraries(const FileSet& files, const AbiTarget& target,
                                              const Store& store, unsigned jobs);

// The warning runtime-deprecated where the runtime's support has ended by `today` ("2026-11-21"), and
// runtime-deprecated-soon where it ends within 90 days; both with the days from which AWS lets no function be
// created or updated, as far as they are known.
Findings judge_runtime(const Runtime& runtime, const std::string& today);
// In UTC, as ISO 8601 writes it.
std::string date_of_today();

}  // namespace lbundle
