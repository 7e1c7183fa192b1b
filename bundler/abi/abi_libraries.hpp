// The libraries that native code needs, and the versions that it demands of them.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "abi/abi.hpp"
#include "abi/abi_report.hpp"
#include "elf/abi_facts.hpp"
#include "elf/library_graph.hpp"

namespace lbundle {

// False if the runtime's system has the series, but only up to a lower version than `wanted`.
bool has_version(const Runtime& runtime, const elf::SeriesVersion& wanted);
// The names in the lib/ folders of the layers, which the loader searches.
std::set<std::string> libraries_of(const std::vector<HostPath>& layers);

class AbiLibraries {
 public:
  // All arguments must outlive this object.
  AbiLibraries(const FileSet& files, const elf::TreeFacts& facts, const AbiTarget& target, AbiScope scope,
               FaultIsIdle is_idle, AbiReport& report);

  // Judges a file that is made for the target's processor.
  void judge(const BundlePath& path, const elf::ElfFacts& facts);
  // True if nothing provides the library that `path` needs, and no file of the tree has its name.
  bool is_missing(const BundlePath& path, const std::string& library);

 private:
  struct Provider;
  struct Demand;
  using Need = std::pair<BundlePath, std::string>;  // a file, and a library that it needs

  bool is_provided(const std::string& library) const { return provided_.contains(library); }
  Provider provider_of(const BundlePath& path, const std::string& library) const;
  const std::set<Need>& met_in_some_load();
  void find_own_loader(const FileSet& files);
  // The library that the tree's own loader takes for `path`; null if there is none, or if the system's loader
  // loads `path`.
  const elf::ElfFacts* from_own_loader(const BundlePath& path, const std::string& library) const;
  void report_elsewhere(const BundlePath& path, const std::string& library, const BundlePath& file);
  void report_missing(const BundlePath& path, const std::string& library);
  void judge_needed(const BundlePath& path, const std::string& library);
  void judge_versions(const BundlePath& path, const elf::ElfFacts& facts);
  void report_version(const BundlePath& path, const Demand& demand);
  void judge_own_version(const BundlePath& path, const elf::ElfFacts& facts,
                         const elf::NeededVersion& needed);
  std::string version_hint(const BundlePath& path, const elf::SeriesVersion& wanted) const;

  const elf::TreeFacts& facts_;
  const AbiTarget& target_;
  AbiScope scope_;
  FaultIsIdle is_idle_;
  AbiReport& report_;
  std::set<std::string> provided_;  // by the runtime
  std::set<std::string> layered_;   // names in the layers' lib/
  elf::LibraryGraph graph_;
  elf::LibraryGraph by_rpath_;  // the same tree, searched without LD_LIBRARY_PATH
  std::optional<std::set<Need>> met_;
  // The libraries beside a loader that the tree brings, by name, and what the system's loader loads all the
  // same.
  std::map<std::string, const elf::ElfFacts*> own_libraries_;
  std::set<BundlePath> by_system_;
};

}  // namespace lbundle
