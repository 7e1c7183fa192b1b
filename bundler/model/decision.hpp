// What became of each staged file, and why. The sum over all of them is the invariant of the pipeline:
// staged bytes = bytes in the bundle + bytes saved.
#pragma once

#include <map>
#include <string>

#include "model/bundle_path.hpp"
#include "model/byte_size.hpp"

namespace lbundle {

// keep: in the bundle as it was. drop: not in the bundle. replace: in the bundle in another form (a link, a
// smaller library, bytecode), maybe under another name.
enum class Verdict { keep, drop, replace };

const char* to_text(Verdict verdict);

struct Reason {
  std::string stage;  // "prune", "dedupe", "strip", "bytecode"
  std::string text;   // "opened by event train-zonal", "no event used it", "same bytes as a/b.so"
  std::string rule;   // "rules/packages/pillow.toml:12" where a rule decided; empty otherwise

  bool operator==(const Reason&) const = default;
};

struct Decision {
  Verdict verdict = Verdict::keep;
  Reason reason;
  ByteSize before;     // unzipped, as staged
  ByteSize after;      // unzipped, in the bundle; 0 where dropped
  BundlePath becomes;  // where it lies in the bundle; the path itself unless it was renamed
  Reason kept = {};  // why prune kept it; stays when a later stage gives it another form, and another reason
  BundlePath via = {};  // the file that brought it along; the root where it was kept for its own sake
};

// By staged path: every file of the staged tree stands here once.
using Decisions = std::map<BundlePath, Decision>;

}  // namespace lbundle
