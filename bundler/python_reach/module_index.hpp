// Which files of a tree belong to a module's name, as the import system finds them from the tree's root.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/file_set.hpp"

namespace lbundle {

class ModuleIndex {
 public:
  explicit ModuleIndex(const FileSet& files);

  // "PIL.Image" for "PIL/Image.py", "PIL" for "PIL/__init__.py", "a.b" for
  // "a/b.cpython-311-x86_64-linux-gnu.so". Empty if the file is not a module or cannot be imported by that
  // name. Bytecode in __pycache__ counts as its source.
  static std::string name_of(const BundlePath& path);
  static bool is_package(const BundlePath& path) { return path.name().starts_with("__init__."); }

  // All files of that name, sources and extension modules; empty if there are none.
  const std::vector<BundlePath>& files_of(std::string_view name) const;
  bool contains(std::string_view name) const { return !files_of(name).empty(); }
  // The names of all modules, in no order.
  std::vector<std::string_view> names() const;
  // The modules directly in `package`, by their full names.
  const std::vector<std::string>& modules_in(std::string_view package) const;
  // The modules whose names fill `pattern`, a text with holes (text_holes.hpp).
  std::vector<std::string> modules_like(std::string_view pattern) const;
  // The modules whose names end with `ending`: "a.b.c" for ".c" and "b.c".
  std::vector<std::string> modules_ending(std::string_view ending) const;
  // Code looks for modules below `folder` too, as modules of `package`, or by their names alone if that is
  // empty. Returns the names that this adds.
  std::vector<std::string> add_folder(const FileSet& files, const BundlePath& folder,
                                      const std::string& package);

  // Returns the absolute form of `name`. `module` is the module that uses it: relative names start at that
  // module's package. Empty if a relative name leads out of the tree.
  static std::string absolute(std::string_view name, const std::string& module, bool is_package);

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  template <typename Value>
  using ByName = std::unordered_map<std::string, Value, Hash, std::equal_to<>>;

  void add(const std::string& name, const BundlePath& path);

  std::set<BundlePath> folders_;
  ByName<std::vector<BundlePath>> files_;
  ByName<std::vector<std::string>> children_;
};

}  // namespace lbundle
