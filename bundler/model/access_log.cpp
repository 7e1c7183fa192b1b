#include "model/access_log.hpp"

#include <array>
#include <string_view>

namespace lbundle {

namespace {

constexpr std::array<const char*, 12> kind_names = {"opened",   "executed", "mapped",  "stat",
                                                    "readlink", "listed",   "link",    "missing",
                                                    "written",  "removed",  "renamed", "connected"};

}  // namespace

const char* to_text(AccessKind kind) {
  return kind_names.at(static_cast<std::size_t>(kind));
}

bool parse_access_kind(const std::string& text, AccessKind& kind) {
  for (std::size_t i = 0; i < kind_names.size(); ++i) {
    if (text == kind_names.at(i)) {
      kind = static_cast<AccessKind>(i);
      return true;
    }
  }
  return false;
}

std::optional<BundlePath> path_below(std::string_view path, std::string_view root) {
  if (!path.starts_with(root)) return std::nullopt;
  path.remove_prefix(root.size());
  if (path.empty() || path.front() != '/') return std::nullopt;
  auto inside = BundlePath::parse(path.substr(1));
  if (inside && inside->is_root()) return std::nullopt;
  return inside;
}

Evidence evidence_below(const AccessLog& log, const std::string& root) {
  Evidence evidence;
  for (const auto& access : log.accesses) {
    if (const auto inside = path_below(access.path, root))
      evidence[*inside][access.kind].insert(access.event);
  }
  return evidence;
}

}  // namespace lbundle
