#include "native/native_fault.hpp"

#include "model/text.hpp"

namespace lbundle {

Repair with_changes_undone(Repair repair, const NativeFaults& faults, const Decisions& decisions) {
  for (const auto& fault : faults) {
    for (const auto& path : fault.files) {
      const auto decision = decisions.find(path);
      const bool replaces_another = decision == decisions.end() || decision->second.verdict == Verdict::keep;
      repair.untouched.emplace(
          path, RepairedFile{fault.what,
                             replaces_another ? "it replaced another file" : decision->second.reason.text});
    }
  }
  return repair;
}

Findings native_fault_findings(const NativeFaults& faults) {
  Findings findings;
  for (const auto& fault : faults) {
    std::string list;
    for (const auto& path : fault.files) list += format("{}\"{}\"", list.empty() ? "" : ", ", path.bytes());
    findings.push_back(
        {Severity::error, "native-fault", fault.files.empty() ? "" : fault.files.begin()->bytes(),
         format("{} fails, and does not fail on the unshrunk tree", fault.what),
         format("to leave the files as they were, write under [shrink]: untouched = [{}]", list)});
  }
  return findings;
}

NativeChanges::NativeChanges(const FileSet& staged, const FileSet& bundle) : bundle_(bundle) {
  for (const auto& [path, node] : bundle) {
    const auto* before = staged.find_file(path);
    if (before == nullptr) continue;
    const auto* file = std::get_if<RegularFile>(&node);
    if (file == nullptr) {
      shared_.insert(path);
    } else if (file->content.digest != before->content.digest) {
      rewritten_.insert(path);
    }
  }
}

std::set<BundlePath> NativeChanges::of_sharing(const BundlePath& link) const {
  std::set<BundlePath> files{link};
  if (const auto replacement = bundle_.follow(link)) files.insert(*replacement);
  return files;
}

}  // namespace lbundle
