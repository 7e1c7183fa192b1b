#include "prune/unused_findings.hpp"

#include <algorithm>
#include <utility>

#include "json/json.hpp"
#include "model/text.hpp"
#include "report/build_report.hpp"

namespace lbundle {

namespace {

// Smaller amounts are not worth a note: this is about a hundredth of what most bundles have left below the
// limit.
constexpr ByteSize least_in_a_note{1'000'000};

struct WeighedEntry {
  const UnusedFiles* entry;
  ByteSize bytes;  // in the bundle
  const Decision* heaviest = nullptr;
};

WeighedEntry weighed(const UnusedFiles& entry, const Decisions& decisions) {
  WeighedEntry result{&entry, {}};
  for (const auto& path : entry.files) {
    const auto& decision = decisions.at(path);
    result.bytes += decision.after;
    if (result.heaviest == nullptr || decision.after > result.heaviest->after) result.heaviest = &decision;
  }
  return result;
}

// Why prune kept a file; a later stage may have given it another reason.
const std::string& reason_of(const Decision& decision) {
  return decision.kept.stage.empty() ? decision.reason.text : decision.kept.text;
}

std::string what_takes(const UnusedFiles& entry) {
  if (entry.is_folder)
    return format("{} of {} {}", count_text(entry.files.size(), "file", "files"), entry.path.bytes(),
                  entry.files.size() == 1 ? "takes" : "take");
  const auto modules = entry.files.size() - entry.libraries;
  auto text = entry.path.bytes();
  if (modules > 1) text += format(" and {}", count_text(modules - 1, "more module", "more modules"));
  if (entry.libraries > 0)
    text += format(" with {}", count_text(entry.libraries, "library that only they need",
                                          "libraries that only they need"));
  return text + (modules > 1 ? " take" : " takes");
}

std::string quoted_list(const std::vector<std::string>& globs) {
  std::string list;
  for (const auto& glob : globs) list += (list.empty() ? "" : ", ") + to_line(Json(glob));
  return list;
}

}  // namespace

Findings unused_findings(const Bundle& bundle) {
  std::vector<WeighedEntry> entries;
  for (const auto& entry : bundle.unused) {
    auto weight = weighed(entry, bundle.decisions);
    if (weight.heaviest != nullptr && weight.bytes >= least_in_a_note) entries.push_back(weight);
  }
  std::ranges::stable_sort(entries,
                           [](const WeighedEntry& a, const WeighedEntry& b) { return b.bytes < a.bytes; });
  Findings findings;
  for (const auto& [entry, bytes, heaviest] : entries) {
    const bool several = entry->files.size() > 1;
    findings.push_back({Severity::note, "reached-unused", entry->path.bytes(),
                        format("{} {} of the bundle, and no event used {} ({})", what_takes(*entry),
                               to_text(bytes), several ? "them" : "it", reason_of(*heaviest)),
                        format("drop = [{}] if no input can ask for {}", quoted_list(entry->drop),
                               several ? "them" : "it")});
  }
  return findings;
}

}  // namespace lbundle
