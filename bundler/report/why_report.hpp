// Why a file is in the bundle, or why it is not. The answer comes from the manifest alone.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "report/manifest.hpp"
#include "report/terminal.hpp"

namespace lbundle {

struct WhyEvidence {
  std::string kind;  // "opened", "mapped", …
  std::string event;
  std::set<int> runs;  // empty if the log does not distinguish runs
};

// How many files of a folder share a verdict and its reason.
struct WhyReasonCount {
  std::string verdict;
  Reason reason;
  std::size_t files = 0;
  ByteSize before, after;
};

struct WhyAnswer {
  enum class Subject {
    file,     // was staged
    added,    // is in the bundle, but was not staged
    folder,   // files are below it
    unknown,  // neither staged nor in the bundle
  };
  Subject subject = Subject::unknown;
  std::string path;         // as it was asked for
  std::string staged_path;  // the staged file it is about
  std::string becomes;      // its path in the bundle; empty if dropped
  std::string package, version;
  std::string verdict;  // "keep", "drop", "replace"; empty for folders and unknown paths
  Reason reason;
  Reason kept;  // for "replace": why it is in the bundle at all; `reason` is about its form
  std::vector<WhyEvidence> evidence;
  std::vector<std::string> chain;  // the file, the file that needs it, and so on up to a file that no other
                                   // needs
  ByteSize before, after, zipped;  // for a folder the sums
  std::size_t staged_files = 0, files = 0;     // for a folder
  std::vector<WhyReasonCount> reasons;         // for a folder, the largest first
  std::vector<std::string> related;            // sentences: where the bytecode of a dropped source is
  std::vector<std::string> what_would_change;  // sentences
  std::vector<std::string> nearest;            // for unknown paths: similar names, the nearest first
};

// Answers for `path`: a path as staged or as in the bundle, with or without "./" or "/var/task/" before it, a
// folder, or a Python module's dotted name.
WhyAnswer explain(const Manifest& manifest, const std::string& path);

// The answer as text for a terminal.
std::string why_text(const WhyAnswer& answer, const TextStyle& style);

}  // namespace lbundle
