// The problem: dependencies are most of a package and change rarely, and every deployment carries them.
//
// The idea: files that an installer's records claim go into a layer, below the folders where runtimes look.
// The rest stays.
//
// Rejected: splitting by the age of files, because ages mean nothing in a tree that was just made.
//
// Why it is right: the same records say who brought a file as everywhere else in lbundle. Imports find the
// packages below /opt/python, which comes after /var/task, and libraries find each other because their
// relative paths do not change.
#include "package/layer_form.hpp"

#include "cache/store.hpp"
#include "model/error.hpp"
#include "model/text.hpp"
#include "os/bytes.hpp"
#include "package/package_sizes.hpp"

namespace lbundle {

namespace {

bool is_in(const BundlePath& path, const char* folder) {
  return path.is_within(BundlePath(folder)) && path != BundlePath(folder);
}

BundlePath place_in_layer(const BundlePath& path) {
  if (is_in(path, "lib") || is_in(path, "bin")) return path;
  if (is_in(path, "node_modules")) return BundlePath("nodejs/" + path.bytes());
  return BundlePath("python/" + path.bytes());
}

SymbolicLink moved_link(const BundlePath& path, const SymbolicLink& link) {
  const auto target = path.parent().resolve(link.target);
  if (!target)
    throw Error("pack", path.bytes(), format("the link to '{}' leads out of the tree", link.target));
  return {relative_link_target(place_in_layer(path), place_in_layer(*target))};
}

void require_no_link_into(const FileSet& function, const FileSet& whole) {
  for (const auto& [path, node] : function) {
    if (!std::holds_alternative<SymbolicLink>(node)) continue;
    const auto end = whole.follow(path);
    if (end && !function.contains(*end) && !function.has_folder(*end)) {
      throw Error("split", path.bytes(), format("it links to '{}', which goes into the layer", end->bytes()),
                  "put a copy of the file in its place, or pack without --split");
    }
  }
}

}  // namespace

FileSet as_layer(const FileSet& files) {
  FileSet layer;
  for (const auto& [path, node] : files) {
    const auto* link = std::get_if<SymbolicLink>(&node);
    layer.put(place_in_layer(path), link == nullptr ? node : FileNode(moved_link(path, *link)));
  }
  return layer;
}

SplitTree split_off_layer(const FileSet& files) {
  const auto owners = owners_in(files);
  FileSet function;
  FileSet dependencies;
  for (const auto& [path, node] : files) {
    // A folder that no installer's record names may be the function's own package.
    const auto* owner = owners.owner_of(path);
    (owner == nullptr || owner->version.empty() ? function : dependencies).put(path, node);
  }
  if (dependencies.empty()) {
    throw Error("split", "the tree",
                "no installer's record (*.dist-info, node_modules) says what is a dependency",
                "pack without --split, or install the dependencies with pip or npm");
  }
  if (function.empty()) throw Error("split", "the tree", "all of it is dependencies", "pack it with --layer");
  require_no_link_into(function, files);
  return {std::move(function), as_layer(dependencies)};
}

}  // namespace lbundle
