// A path inside the bundle, which Lambda unpacks at /var/task.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace lbundle {

// A relative, normalised path that cannot lead out of the bundle: it has no leading or doubled '/', no '.' or
// '..' part, and no NUL. It is made of bytes, not text: a name need not be UTF-8. The empty path is the
// bundle's root. Paths are ordered by their bytes.
class BundlePath {
 public:
  // The root.
  BundlePath() = default;

  // The path that `bytes` names. '.' parts and doubled slashes are removed, and each '..' removes the part
  // before it. Nothing if `bytes` is absolute, contains a NUL or leaves the root.
  static std::optional<BundlePath> parse(std::string_view bytes);

  // Like parse, for names that are known to be valid. Throws std::invalid_argument if they are not.
  explicit BundlePath(std::string_view bytes);

  const std::string& bytes() const { return bytes_; }
  bool is_root() const { return bytes_.empty(); }

  // The last part, empty for the root.
  std::string_view name() const;
  // All but the last part; the root's parent is the root.
  BundlePath parent() const;
  // The name's extension with its dot (".py"), empty if there is none. A leading dot does
  // not begin an extension.
  std::string_view extension() const;
  // True if this path is `folder` or is below it.
  bool is_within(const BundlePath& folder) const;
  // The path that `relative` names when it is read in this folder, normalised. Nothing if it leaves the
  // root or is absolute.
  std::optional<BundlePath> resolve(std::string_view relative) const;
  // The path `name` in this folder; `name` may have several parts. Throws std::invalid_argument if the
  // result leaves the root.
  BundlePath operator/(std::string_view name) const;

  auto operator<=>(const BundlePath&) const = default;

 private:
  std::string bytes_;
};

// The text for a symbolic link at `link` that leads to `target`, relative to the link's folder.
std::string relative_link_target(const BundlePath& link, const BundlePath& target);

}  // namespace lbundle

template <>
struct std::hash<lbundle::BundlePath> {
  std::size_t operator()(const lbundle::BundlePath& path) const noexcept {
    return std::hash<std::string>{}(path.bytes());
  }
};
