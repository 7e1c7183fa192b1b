// Which file of a tree Node.js loads for a name, as its documentation has it: "All together..." of Modules:
// CommonJS, "Resolution Algorithm Specification" of Modules: ECMAScript modules, and Modules: Packages.
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

  // `major` of the Node.js that runs: "24" and later also know the condition `module-sync`. `files` must
  // outlive it.
  NodeResolver(const FileSet& files, int major);

  // The files that `name`, asked for by `from`, may lead to: one, or none where it is built in or not there.
  std::optional<BundlePath> resolve(const std::string& name, const BundlePath& from, Kind kind) const;

  // Of a path without a package's rules: the file itself, with an ending, or as a folder.
  std::optional<BundlePath> as_module(const BundlePath& path) const;

  // The folder of the package that `name` ("a", "@s/b") means for a file in `folder`.
  std::optional<BundlePath> package_folder(const std::string& name, BundlePath folder) const;

  // Names and folders of all packages that a file in `folder` sees, the nearest of each name.
  std::map<std::string, BundlePath> visible_packages(BundlePath folder) const;

  // What "exports" of the package in `folder` leads to for "." or "./x"; for a package without "exports" its
  // main module, or the file.
  std::optional<BundlePath> entry_of(const BundlePath& folder, const std::string& subpath, Kind kind) const;

  // Keys of "exports" with what each leads to, for subpaths that are put together at run time.
  std::map<std::string, BundlePath> entries_of(const BundlePath& folder, Kind kind) const;

  // The package.json that holds for a file in `folder`; null where there is none.
  const Json* description_of(const BundlePath& folder) const;

  static bool is_built_in(const std::string& name);
  // "@s/b" and "/x" of "@s/b/x".
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
};

}  // namespace lbundle
