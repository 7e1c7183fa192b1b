#include "model/file_set.hpp"

namespace lbundle {

ByteSize unzipped_size(const FileNode& node) {
  if (const auto* link = std::get_if<SymbolicLink>(&node)) return ByteSize(link->target.size());
  return std::get<RegularFile>(node).content.size;
}

const FileNode* FileSet::find(const BundlePath& path) const {
  const auto found = files_.find(path);
  return found == files_.end() ? nullptr : &found->second;
}

const RegularFile* FileSet::find_file(const BundlePath& path) const {
  const auto* node = find(path);
  return node == nullptr ? nullptr : std::get_if<RegularFile>(node);
}

bool FileSet::has_folder(const BundlePath& folder) const {
  return folder.is_root() || !below(folder).empty();
}

std::optional<BundlePath> FileSet::follow(const BundlePath& path, std::set<BundlePath>* crossed) const {
  static constexpr int most_hops = 40;  // the kernel's limit, path_resolution(7)
  int hops = 0;
  BundlePath resolved;
  std::string rest = path.bytes();
  while (!rest.empty()) {
    const auto slash = rest.find('/');
    const auto part = rest.substr(0, slash);
    rest = slash == std::string::npos ? std::string{} : rest.substr(slash + 1);
    const auto next = resolved.resolve(part);
    if (!next) return std::nullopt;
    const auto* node = find(*next);
    const auto* link = node == nullptr ? nullptr : std::get_if<SymbolicLink>(node);
    if (link == nullptr) {
      // A path through a file leads nowhere, not even with a '..' after the file.
      if (!rest.empty() && !has_folder(*next)) return std::nullopt;
      resolved = *next;
      continue;
    }
    if (++hops > most_hops || link->target.starts_with('/')) return std::nullopt;
    if (crossed != nullptr) crossed->insert(*next);
    // The path is followed part by part, because a '..' after a link to a folder leads to
    // that folder's own parent.
    rest = rest.empty() ? link->target : link->target + '/' + rest;
  }
  if (!contains(resolved) && !has_folder(resolved)) return std::nullopt;
  return resolved;
}

ByteSize FileSet::unzipped() const {
  ByteSize sum;
  for (const auto& [path, node] : files_) sum += unzipped_size(node);
  return sum;
}

}  // namespace lbundle
