// Finds the file of a tree that Node.js loads for a name. Source: Node.js's documentation, "All together..."
// of Modules: CommonJS, "Resolution Algorithm Specification" of Modules: ECMAScript modules, and Modules:
// Packages.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "json/json.hpp"
#include "model/file_set.hpp"

namespace lbundle {

class NodeResolver {
 public:
  enum class Kind { required, imported };

  // `major` is the version of the Node.js that runs: 24 and later also know the condition `module-sync`.
  // `files` must outlive this.
  NodeResolver(const FileSet& files, int major);

  // The file that Node.js loads for `name` in the module `from`; nothing if the name is built in or leads to
  // no file.
  std::optional<BundlePath> resolve(const std::string& name, const BundlePath& from, Kind kind) const;

  // The file for a path that no "exports" decides: the path itself, with an ending added, or the main module
  // of that folder.
  std::optional<BundlePath> as_module(const BundlePath& path) const;

  // The folder of the package that `name` ("a", "@s/b") means for a file in `folder`; nothing if it is not
  // installed.
  std::optional<BundlePath> package_folder(const std::string& name, BundlePath folder) const;

  // Names and folders of all packages that a file in `folder` can load. If a name occurs twice, the nearest
  // package counts.
  std::map<std::string, BundlePath> visible_packages(BundlePath folder) const;

  // The file to which "exports" of the package in `folder` leads for "." or "./x". For a package without
  // "exports": its main module, or the file.
  std::optional<BundlePath> entry_of(const BundlePath& folder, const std::string& subpath, Kind kind) const;

  // The keys of "exports" with the file for each, for subpaths that are put together at run time. For a
  // package without a table of "exports": all its files.
  std::map<std::string, BundlePath> entries_of(const BundlePath& folder, Kind kind) const;

  // The package.json that applies to a file in `folder`; null if there is none.
  const Json* description_of(const BundlePath& folder) const;

  // Every package.json whose "main", "exports" or "imports" led to a result since the last call. Without it,
  // Node.js does not find the file.
  std::set<BundlePath> take_descriptions() const;

  static bool is_built_in(const std::string& name);
  // Divides "@s/b/x" into "@s/b" and "/x".
  static std::pair<std::string, std::string> split(const std::string& name);

 private:
  std::optional<BundlePath> file_at(const BundlePath& path) const;
  std::optional<BundlePath> with_ending(const BundlePath& path) const;
  std::optional<BundlePath> target(const Json& value, const BundlePath& folder, const std::string& star,
                                   Kind kind) const;
  std::optional<BundlePath> match(const Json& table, const BundlePath& folder, const std::string& key,
                                  Kind kind) const;
  std::set<std::string> conditions(Kind kind) const;

  const FileSet& files_;
  int major_;
  mutable std::map<BundlePath, std::optional<Json>> descriptions_;
  mutable std::set<BundlePath> read_;
};

}  // namespace lbundle
