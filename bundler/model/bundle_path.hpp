// A path inside the bundle, which Lambda unpacks at /var/task.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace lbundle {

// Relative, normalised and inside the bundle by construction: no leading or doubled '/', no '.' or '..' part,
// no NUL. Bytes, not text: a name need not be UTF-8. The empty path is the bundle's root. Ordered by bytes.
class BundlePath {
 public:
  // The root.
  BundlePath() = default;

  // Normalises `bytes`: drops '.' and doubled slashes, resolves '..' by name. Nothing if it is absolute,
  // holds a NUL or leaves the root.
  static std::optional<BundlePath> parse(std::string_view bytes);

  // As parse, for names that are known to be good; throws std::invalid_argument where they are not.
  explicit BundlePath(std::string_view bytes);

  const std::string& bytes() const { return bytes_; }
  bool is_root() const { return bytes_.empty(); }

  // The last part, empty for the root.
  std::string_view name() const;
  // All but the last part; the root's parent is the root.
  BundlePath parent() const;
  // The name's ending with its dot (".py"), empty if there is none. A leading dot is no ending.
  std::string_view extension() const;
  // True for `folder` itself and for all below it.
  bool is_within(const BundlePath& folder) const;
  // `relative` as seen from this folder, normalised; nothing if it leaves the root. An absolute one is
  // refused.
  std::optional<BundlePath> resolve(std::string_view relative) const;
  // This folder's child; `name` may hold several parts. Throws std::invalid_argument if the result leaves the
  // root.
  BundlePath operator/(std::string_view name) const;

  auto operator<=>(const BundlePath&) const = default;

 private:
  std::string bytes_;
};

// The text of a relative symbolic link in `link`'s folder that leads to `target`.
std::string relative_link_target(const BundlePath& link, const BundlePath& target);

}  // namespace lbundle

template <>
struct std::hash<lbundle::BundlePath> {
  std::size_t operator()(const lbundle::BundlePath& path) const noexcept {
    return std::hash<std::string>{}(path.bytes());
  }
};
