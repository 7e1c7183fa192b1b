#include "package/finding_groups.hpp"

#include "model/text.hpp"

namespace lbundle {

namespace {

constexpr std::size_t most_named = 10;

}  // namespace

void FindingGroups::add(Severity severity, const std::string& code, const std::string& path,
                        std::string message, std::string hint) {
  if (auto& seen = counts_[code]; ++seen.first > most_named) {
    seen.second = severity;
    return;
  }
  findings_.push_back({severity, code, path, std::move(message), std::move(hint)});
}

Findings FindingGroups::take() {
  for (const auto& [code, seen] : counts_) {
    if (seen.first <= most_named) continue;
    findings_.push_back(
        {seen.second, code, "", format("the same holds for {} more entries", seen.first - most_named), ""});
  }
  return std::move(findings_);
}

}  // namespace lbundle
