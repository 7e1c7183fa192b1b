#include "abi/abi_releases.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "python/fitting_release.hpp"

namespace lbundle {

namespace {

bool may_have_another_wheel(const Finding& finding) {
  static constexpr std::array<std::string_view, 5> codes{"abi-symbol-version", "abi-architecture",
                                                         "abi-python-version", "abi-foreign-format",
                                                         "abi-processor-level"};
  return finding.severity == Severity::error && std::ranges::find(codes, finding.code) != codes.end();
}

}  // namespace

Findings with_fitting_releases(Findings findings, const Distributions& owners, const Function& function,
                               const Interpreter& interpreter, const Store& store) {
  if (function.runtime.language != Language::python) return findings;
  std::map<std::string, std::string> known;  // by distribution
  for (auto& finding : findings) {
    const auto path = BundlePath::parse(finding.path);
    const auto* owner = path ? owners.owner_of(*path) : nullptr;
    if (owner == nullptr || !may_have_another_wheel(finding)) continue;
    const auto [at, is_new] = known.try_emplace(owner->name);
    if (is_new)
      at->second = words_on_fitting_release(function, interpreter, store, owner->name, owner->version);
    if (!at->second.empty()) finding.hint += "; " + at->second;
  }
  return findings;
}

}  // namespace lbundle
