// What a bundle is made with, so that events that failed on it give their answers.
#pragma once

#include <map>
#include <string>

#include "model/bundle_path.hpp"

namespace lbundle {

// Why the stages treat one file differently.
struct RepairedFile {
  std::string events;  // those that failed: "event train-zonal", "events a and b"
  std::string was;     // what had happened to the file: "dropped (no event used it)", "same bytes as a/b.so"

  bool operator==(const RepairedFile&) const = default;
};

// What the stages after the trace treat differently, by staged path.
struct Repair {
  std::map<BundlePath, RepairedFile> kept;  // prune keeps them, whatever the rules say
  // Each stays a file of its own: not replaced by another library, not relaid, not replaced by bytecode.
  std::map<BundlePath, RepairedFile> untouched;

  bool is_empty() const { return kept.empty() && untouched.empty(); }
  bool operator==(const Repair&) const = default;
};

}  // namespace lbundle
