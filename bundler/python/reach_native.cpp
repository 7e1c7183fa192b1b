// What native code imports and opens by name.
//
// The problem: compiled code has no import statements. It has texts, and an import takes apart what a
// statement says: `from a.b import c` leaves "a.b" and "c", `from . import c` leaves "c" alone.
//
// The idea: search the other way round. The modules of the tree are known, with all parts of their names. A
// name that is found counts as what it may be: a module from the root, or one from the file's own packages;
// and in each package that the file names or lies in, every name of a module is one that the file may take
// from it.
//
// Why it is right: each tool that compiles Python stores the texts in one of the forms that native_names
// reads. If a form is unknown, the file's whole distribution is kept.
#include <algorithm>

#include "model/text.hpp"
#include "python/module_names.hpp"
#include "python/native_names.hpp"
#include "python/reach.hpp"

namespace lbundle {

void PythonReach::follow_native(const BundlePath& path) {
  const auto* file = tree_.files.find_file(path);
  if (file == nullptr) return;
  const auto how = format("named in {}", path.bytes());
  auto names = native_names(file->content, store_);
  for (const auto& name : names.libraries()) {
    const auto named = by_file_name_.find({tree_.distributions.owner_of(path), name});
    if (named != by_file_name_.end())
      for (const auto& library : named->second) reach_file(library, how);
  }
  if (!names.is_readable) follow_own_distribution(path);
  const auto found = sought_.found_in(names);
  std::vector<std::string> packages;  // that the file may take names from
  std::unordered_set<std::string> known;
  const auto name_module = [&](const std::string& name) {
    if (!known.insert(name).second) return;
    if (index_.contains(name)) reach_module(name, how, false);
    packages.push_back(name);
  };
  for (const auto& name : found.names)
    if (index_.contains(name) || !index_.modules_in(name).empty()) name_module(name);
  for (const auto& name : found.prefixes)
    if (index_.contains(name)) name_module(name);
  const auto own = ModuleIndex::name_of(path);
  for (auto package = ModuleIndex::is_package(path) ? own : parent_of(own); !package.empty();
       package = parent_of(package)) {
    known.insert(package);
    packages.push_back(package);
    for (const auto& name : found.names)
      if (const auto child = child_of(package, name); index_.contains(child)) name_module(child);
  }
  for (std::size_t i = 0; i < packages.size(); ++i)
    for (const auto& child : index_.modules_in(std::string(packages[i])))
      if (found.names.contains(last_part(child))) name_module(child);
  const auto texts = std::make_shared<const std::vector<std::string>>(std::move(names.whole));
  for (const auto& package : packages) {
    const auto& asker = native_askers_[package].emplace_back(NativeAsker{texts, how});
    if (offers_.contains(package)) ask_from_native(package, asker);
  }
}

// For a file whose names cannot be read.
void PythonReach::follow_own_distribution(const BundlePath& path) {
  const auto* owner = tree_.distributions.owner_of(path);
  if (owner == nullptr) return;
  const auto how = format("a module of {}, whose {} has its names in a form that lbundle does not read",
                          owner->name, path.bytes());
  for (const auto& [each, node] : tree_.files)
    if (tree_.distributions.owner_of(each) == owner) reach_file(each, how);
}

// Gives out what the lazy package offers under names that are texts of the asking file.
void PythonReach::ask_from_native(const std::string& package, const NativeAsker& asker) {
  for (const auto& [name, targets] : std::map(offers_[package]))
    if (std::ranges::binary_search(*asker.texts, name)) give_out(package, {name, asker.by});
}

}  // namespace lbundle
