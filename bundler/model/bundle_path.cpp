#include "model/bundle_path.hpp"

#include <stdexcept>
#include <vector>

namespace lbundle {

namespace {

// Appends the parts of `bytes` to `parts`. False if a '..' leaves the root.
bool append_parts(std::vector<std::string_view>& parts, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto slash = bytes.find('/');
    const auto part = bytes.substr(0, slash);
    bytes = slash == std::string_view::npos ? std::string_view{} : bytes.substr(slash + 1);
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      parts.push_back(part);
      continue;
    }
    if (parts.empty()) return false;
    parts.pop_back();
  }
  return true;
}

std::string join(const std::vector<std::string_view>& parts) {
  std::string joined;
  for (const auto part : parts) {
    if (!joined.empty()) joined += '/';
    joined += part;
  }
  return joined;
}

bool is_relative(std::string_view bytes) {
  return bytes.find('\0') == std::string_view::npos && (bytes.empty() || bytes.front() != '/');
}

}  // namespace

std::optional<BundlePath> BundlePath::parse(std::string_view bytes) {
  return BundlePath{}.resolve(bytes);
}

BundlePath::BundlePath(std::string_view bytes) {
  auto parsed = parse(bytes);
  if (!parsed) throw std::invalid_argument("not a path inside a bundle: " + std::string(bytes));
  *this = std::move(*parsed);
}

std::string_view BundlePath::name() const {
  const std::string_view all = bytes_;
  const auto slash = all.rfind('/');
  return slash == std::string_view::npos ? all : all.substr(slash + 1);
}

BundlePath BundlePath::parent() const {
  BundlePath result;
  if (const auto slash = bytes_.rfind('/'); slash != std::string::npos)
    result.bytes_ = bytes_.substr(0, slash);
  return result;
}

std::string_view BundlePath::extension() const {
  const auto last = name();
  const auto dot = last.rfind('.');
  return dot == std::string_view::npos || dot == 0 ? std::string_view{} : last.substr(dot);
}

bool BundlePath::is_within(const BundlePath& folder) const {
  if (folder.is_root() || bytes_ == folder.bytes_) return true;
  return bytes_.size() > folder.bytes_.size() && bytes_.starts_with(folder.bytes_) &&
         bytes_[folder.bytes_.size()] == '/';
}

std::optional<BundlePath> BundlePath::resolve(std::string_view relative) const {
  if (!is_relative(relative)) return std::nullopt;
  std::vector<std::string_view> parts;
  append_parts(parts, bytes_);
  if (!append_parts(parts, relative)) return std::nullopt;
  BundlePath result;
  result.bytes_ = join(parts);
  return result;
}

BundlePath BundlePath::operator/(std::string_view name) const {
  auto child = resolve(name);
  if (!child) throw std::invalid_argument("not a path inside a bundle: " + bytes_ + "/" + std::string(name));
  return std::move(*child);
}

std::string relative_link_target(const BundlePath& link, const BundlePath& target) {
  auto from = link.parent();
  std::string up;
  // A link to a folder that contains the link goes up one folder more and names it: "../lib", not "".
  while (!from.is_root() && (from == target || !target.is_within(from))) {
    from = from.parent();
    up += "../";
  }
  const auto skip = from.is_root() ? 0 : from.bytes().size() + 1;
  const auto text = up + target.bytes().substr(skip);
  return text.empty() ? "." : text;
}

}  // namespace lbundle
