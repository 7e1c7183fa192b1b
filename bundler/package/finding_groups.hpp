// Collects findings, but names only some of a kind.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "model/finding.hpp"

namespace lbundle {

// Names at most ten findings of a code and counts the rest: a zip made under a tight umask has the same fault
// in each of its five thousand entries.
class FindingGroups {
 public:
  void add(Severity severity, const std::string& code, const std::string& path, std::string message,
           std::string hint);
  // The findings in the order in which they were added, then the counts.
  Findings take();

 private:
  Findings findings_;
  std::map<std::string, std::pair<std::size_t, Severity>> counts_;
};

}  // namespace lbundle
