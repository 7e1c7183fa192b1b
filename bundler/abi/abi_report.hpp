// Collects the findings of the ABI check in a form that a reader can take in.
#pragma once

#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "abi/abi.hpp"
#include "model/distribution.hpp"
#include "model/file_set.hpp"
#include "model/finding.hpp"

namespace lbundle {

// Collects findings. If many files of a distribution have the same fault, the first three are named and the
// rest is counted: a wheel for the wrong system is one mistake, not forty.
class AbiReport {
 public:
  // The first two must outlive this object.
  AbiReport(const Distributions& owners, const FileSet& files, FaultIsIdle is_idle)
      : owners_(owners), files_(files), is_idle_(std::move(is_idle)) {}

  // Adds a finding. `message` says what is wrong with the file; the distribution that it is from is added. An
  // error that is idle becomes a warning.
  void add(Severity severity, const std::string& code, const BundlePath& path, const std::string& message,
           const std::string& hint);
  Findings take();

  // "numpy 2.5.5", or "the function's own files". Where no installer left a record, a folder counts as a
  // distribution only if it is a package: lib/ and bin/ are the function's own.
  std::string owner_text(const BundlePath& path) const;
  // The name of its distribution alone, for a requirement; empty for the function's own files.
  std::string owner_name(const BundlePath& path) const;

 private:
  using Group = std::tuple<Severity, std::string, std::string>;  // severity, code, owner

  const Distribution* owner_of(const BundlePath& path) const;

  const Distributions& owners_;
  const FileSet& files_;
  FaultIsIdle is_idle_;
  Findings findings_;
  std::map<Group, std::size_t> counts_;
};

}  // namespace lbundle
