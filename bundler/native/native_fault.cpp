#include "native/native_fault.hpp"

#include "model/text.hpp"

namespace lbundle {

bool undo_changes(const NativeFaults& faults, const Decisions& decisions, Repair& repair) {
  bool is_new = false;
  for (const auto& fault : faults) {
    for (const auto& path : fault.files) {
      const auto decision = decisions.find(path);
      const auto was = decision == decisions.end() || decision->second.verdict == Verdict::keep
                           ? std::string("it stood for another one")
                           : decision->second.reason.text;
      is_new = repair.untouched.emplace(path, Mended{fault.what, was}).second || is_new;
    }
  }
  return is_new;
}

Findings native_fault_findings(const NativeFaults& faults) {
  Findings findings;
  for (const auto& fault : faults) {
    std::string list;
    for (const auto& path : fault.files) list += format("{}\"{}\"", list.empty() ? "" : ", ", path.bytes());
    findings.push_back({Severity::error, "native-fault",
                        fault.files.empty() ? "" : fault.files.begin()->bytes(),
                        format("{} fails, and does not unshrunk", fault.what),
                        format("to leave it as it was, write under [shrink]: untouched = [{}]", list)});
  }
  return findings;
}

NativeChanges::NativeChanges(const Bundle& bundle) : bundle_(bundle) {
  for (const auto& [path, decision] : bundle.decisions) {
    if (decision.verdict != Verdict::replace) continue;
    if (decision.reason.stage == "strip") written_anew_.emplace(decision.becomes, path);
    // A link in the place of another file is only there for a library's needs.
    if (decision.reason.stage == "dedupe" && decision.becomes == path) shared_.emplace(path, path);
  }
}

std::set<BundlePath> NativeChanges::of_sharing(const BundlePath& link) const {
  std::set<BundlePath> files{link};
  if (const auto stands_for_it = bundle_.files.follow(link)) files.insert(*stands_for_it);
  return files;
}

}  // namespace lbundle
