// abi: judges whether the runtime's loader and interpreter would accept the native code of a tree.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cache/store.hpp"
#include "model/distribution.hpp"
#include "model/file_set.hpp"
#include "model/finding.hpp"
#include "model/lambda_paths.hpp"
#include "project/project.hpp"

namespace lbundle {

struct AbiTarget {
  const Runtime& runtime;
  Architecture architecture = Architecture::x86_64;
  std::vector<HostPath> layers;  // unpacked; the files in their lib/ are found as /opt/lib
  // Where Lambda unpacks the tree: task_root, or layer_root for a layer.
  std::string root = task_root;

  // True for a program that Lambda itself starts: `bootstrap` of provided runtimes, and a layer's extensions.
  // Nothing loads a library before it.
  bool starts(const BundlePath& path) const;
};

// A staged tree has much code that no event loads, so a missing library is a warning there. In a bundle every
// file was kept for a reason, so it is an error.
enum class AbiScope { staged, bundle };

// True if a fault of `file` costs nothing: the file has it in the unshrunk tree too, and no event relies on
// the file. `fault` is the name of a library that the file does not find, or the code of a finding that would
// be an error ("abi-symbol-version").
using FaultIsIdle = std::function<bool(const BundlePath& file, const std::string& fault)>;

// Judges the native code of `files`. The codes of the findings, each with "abi-" in front: architecture,
// other-platform, symbol-version, library-missing, library-elsewhere, processor-level, interpreter,
// executable-stack, foreign-format, python-version, unreadable-library. An error is something that cannot
// work once it is loaded. An error that `is_idle` accepts is a warning; an empty `is_idle` accepts none.
// Facts are cached in `store`. Throws Error for a file that cannot be read.
Findings judge_abi(const FileSet& files, const Distributions& owners, const AbiTarget& target, AbiScope scope,
                   const Store& store, unsigned jobs, const FaultIsIdle& is_idle = {});

// Judges the native code of a zip. Only native files are unpacked for this, into a temporary folder. If they
// are larger than 1 GiB, or one of them cannot be unpacked, the result has the note abi-not-judged.
Findings judge_abi_of_zip(const HostPath& zip, const AbiTarget& target, const Store& store, unsigned jobs,
                          const FaultIsIdle& is_idle = {});

// A library that a file needs and that nothing provides: it is neither certain to be in the runtime, nor in a
// layer, nor in the tree.
struct MissingLibrary {
  std::string library;  // as DT_NEEDED names it
  BundlePath needed_by;
};

// The missing libraries of all files that are made for the target's processor, by path of the file. Facts are
// cached in `store`.
std::vector<MissingLibrary> missing_libraries(const FileSet& files, const AbiTarget& target,
                                              const Store& store, unsigned jobs);

// The warning runtime-deprecated if the runtime's support has ended by `today` ("2026-11-21"), or
// runtime-deprecated-soon if it ends within 90 days. Both name the days from which AWS no longer lets
// functions be created or updated, if they are known.
Findings judge_runtime(const Runtime& runtime, const std::string& today);
// Today's date in UTC, in ISO 8601 form: "2026-11-21".
std::string date_of_today();

}  // namespace lbundle
