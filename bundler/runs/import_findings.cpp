#include "runs/import_findings.hpp"

#include <algorithm>

#include "model/glob.hpp"
#include "model/text.hpp"

namespace lbundle {

namespace {

constexpr std::size_t names_in_a_message = 4;

using ModuleNames = std::vector<std::string>;

std::string list_of(const std::vector<BundlePath>& paths) {
  std::string list;
  for (const auto& path : paths) list += (list.empty() ? "" : ", ") + path.bytes();
  return list;
}

std::string message_of(const ImportFault& fault, const ModuleNames& others) {
  auto message = format("cannot be imported ({}), and can be in the unshrunk tree", fault.error);
  if (!fault.lacks.empty()) {
    message += format("; it lacks {}", list_of(fault.lacks));
    if (fault.dropped_by) {
      message +=
          format(", which '{}' drops ({})", fault.dropped_by->glob, to_text(fault.dropped_by->location));
    } else if (!fault.why.empty()) {
      message += format(" (dropped: {})", fault.why);
    }
  }
  if (others.empty()) return message;
  message += "; so it is with ";
  for (std::size_t i = 0; i < std::min(names_in_a_message, others.size()); ++i)
    message += (i == 0 ? "" : ", ") + others[i];
  if (others.size() > names_in_a_message)
    message += format(" and {} more", others.size() - names_in_a_message);
  return message;
}

std::string way_out_of(const ImportFault& fault) {
  if (fault.dropped_by)
    return "narrow the glob, or drop the module too, if no event and no request can come to it";
  std::string globs;
  for (const auto& glob : fault.keeps) globs += format("{}\"{}\"", globs.empty() ? "" : ", ", glob);
  if (globs.empty()) globs = format("\"{}/**\"", exact_glob(fault.module.substr(0, fault.module.find('.'))));
  return format(
      "write under [prune]: keep = [{}]; or, if the function does not need the module: drop = [\"{}\"]",
      globs, exact_glob(fault.file.bytes()));
}

}  // namespace

ImportFaults with_reasons(ImportFaults faults, const Decisions& decisions) {
  for (auto& fault : faults) {
    if (fault.lacks.empty()) continue;
    // Of a folder, the first file in it.
    const auto found = decisions.lower_bound(fault.lacks.front());
    if (found == decisions.end() || !found->first.is_within(fault.lacks.front())) continue;
    const auto& reason = found->second.reason;
    fault.why = reason.rule.empty() ? reason.text : format("{}; {}", reason.text, reason.rule);
  }
  return faults;
}

Findings import_fault_findings(const ImportFaults& faults) {
  // By what is lacking, or by the error if that is not known.
  std::map<std::pair<std::vector<BundlePath>, std::string>, std::vector<const ImportFault*>> alike;
  Findings findings;
  const auto report = [&](const std::vector<const ImportFault*>& group) {
    const auto& fault = *group.front();
    ModuleNames others;
    for (std::size_t i = 1; i < group.size(); ++i) others.push_back(group[i]->module);
    findings.push_back({fault.dropped_by ? Severity::warning : Severity::error, "kept-broken",
                        fault.file.bytes(), message_of(fault, others), way_out_of(fault)});
  };
  for (const auto& fault : faults)
    alike[{fault.lacks, fault.lacks.empty() ? fault.error : ""}].push_back(&fault);
  for (const auto& [key, group] : alike) report(group);
  return findings;
}

}  // namespace lbundle
