#include "abi/abi_report.hpp"

#include "model/text.hpp"

namespace lbundle {

namespace {

constexpr std::size_t named = 3;
constexpr const char* idle_text = "; the unshrunk tree has the same fault, and no event relies on the file";

}  // namespace

const Distribution* AbiReport::owner_of(const BundlePath& path) const {
  const auto* owner = owners_.owner_of(path);
  if (owner == nullptr || owner->name.empty() || !owner->version.empty()) return owner;
  const BundlePath top(path.bytes().substr(0, path.bytes().find('/')));
  const bool is_package = files_.contains(top / "__init__.py") || files_.contains(top / "__init__.pyc") ||
                          path.bytes().find("node_modules/") != std::string::npos;
  return is_package ? owner : nullptr;
}

std::string AbiReport::owner_name(const BundlePath& path) const {
  const auto* owner = owner_of(path);
  return owner == nullptr ? std::string() : owner->name;
}

std::string AbiReport::owner_text(const BundlePath& path) const {
  const auto* owner = owner_of(path);
  if (owner == nullptr || owner->name.empty()) return "the function's own files";
  return owner->version.empty() ? owner->name : owner->name + ' ' + owner->version;
}

void AbiReport::add(Severity severity, const std::string& code, const BundlePath& path,
                    const std::string& message, const std::string& hint) {
  const auto owner = owner_text(path);
  const bool idle = severity == Severity::error && is_idle_ && is_idle_(path, code);
  const auto shown = idle ? Severity::warning : severity;
  if (++counts_[{shown, code, owner}] > named) return;
  findings_.push_back(
      {shown, code, path.bytes(), format("{}{} (from {})", message, idle ? idle_text : "", owner), hint});
}

Findings AbiReport::take() {
  for (const auto& [group, count] : counts_) {
    const auto& [severity, code, owner] = group;
    if (count <= named) continue;
    const auto rest = count - named;
    findings_.push_back({severity, code, "",
                         rest == 1 ? format("one more file of {} has the same fault", owner)
                                   : format("{} more files of {} have the same fault", rest, owner),
                         ""});
  }
  return std::move(findings_);
}

}  // namespace lbundle
