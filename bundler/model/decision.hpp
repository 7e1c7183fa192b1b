// What happened to each staged file, and why. The sum over all decisions is an invariant of the pipeline:
// staged bytes = bytes in the bundle + bytes saved.
#pragma once

#include <map>
#include <string>

#include "model/bundle_path.hpp"
#include "model/byte_size.hpp"

namespace lbundle {

// keep: the file is in the bundle unchanged. drop: it is not in the bundle. replace: it is in the bundle in
// another form (a link, a smaller library, bytecode), maybe under another name.
enum class Verdict { keep, drop, replace };

const char* to_text(Verdict verdict);

struct Reason {
  std::string stage;  // "prune", "dedupe", "strip", "bytecode"
  std::string text;   // "opened by event train-zonal", "no event used it", "same bytes as a/b.so"
  std::string rule;   // "rules/packages/pillow.toml:12" if a rule decided, else empty

  bool operator==(const Reason&) const = default;
};

struct Decision {
  Verdict verdict = Verdict::keep;
  Reason reason;
  ByteSize before;     // unzipped, as staged
  ByteSize after;      // unzipped, in the bundle; 0 if dropped
  BundlePath becomes;  // its path in the bundle; the staged path unless it was renamed
  // Why prune kept it. It stays when a later stage gives the file another form and another `reason`.
  Reason kept = {};
  BundlePath via = {};  // the file that brought it along; the root if it was kept for its own reason
};

// By staged path. Every file of the staged tree has exactly one decision.
using Decisions = std::map<BundlePath, Decision>;

}  // namespace lbundle
