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
#include <array>
#include <cctype>

#include "model/text.hpp"
#include "python_reach/module_names.hpp"
#include "python_reach/native_files.hpp"
#include "python_reach/native_names.hpp"
#include "python_reach/reach.hpp"
#include "python_reach/text_holes.hpp"

namespace lbundle {

namespace {

// False for libraries, which are looked for in ways of their own, for what installers write about a package,
// and for sources that only a compiler reads: compilers store their names for messages, and Lambda has no
// compiler.
bool is_native_data(const BundlePath& path) {
  static constexpr std::array<std::string_view, 16> compiled{".pyx", ".pxd", ".pxi", ".c",   ".cc",  ".cpp",
                                                             ".cxx", ".h",   ".hh",  ".hpp", ".hxx", ".rs",
                                                             ".go",  ".f",   ".f90", ".inc"};
  return std::ranges::find(compiled, path.extension()) == compiled.end() &&
         path.name().find(".so") == std::string_view::npos &&
         path.bytes().find(".dist-info/") == std::string::npos;
}

// The ending of a file's name: a dot, letters and digits.
bool is_ending(std::string_view text) {
  constexpr std::size_t longest_ending = 12;
  return text.size() > 2 && text.size() <= longest_ending && text.front() == '.' &&
         std::ranges::all_of(text.substr(1), [](unsigned char c) { return std::isalnum(c) != 0; });
}

}  // namespace

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
  follow_native_data(path, names);
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

// Reaches the data that the file names: of its own distribution, or of any if it is the function's. A text
// may be the name of a file, the name of a folder beside the native code, a path in which something is filled
// in, or an ending (".bin") that code adds to a name.
void PythonReach::follow_native_data(const BundlePath& path, const NativeNames& names) {
  const auto* owner = tree_.distributions.owner_of(path);
  const auto how = format("named in {}", path.bytes());
  const auto sought = data_to_seek(owner, path.parent());
  for (const auto index : sought_in_native(tree_.files.find_file(path)->content, sought, store_)) {
    const auto& name = sought[index];
    if (name.is_folder) {
      reach_data_below(name.path, how);
    } else if (owner == nullptr) {
      offer_data(name.path, how);
    } else {
      reach_file(name.path, how);
    }
  }
  const auto follow = [&](const std::string& pattern) {
    for (const auto& each : ending_in(owner, pattern))
      if (is_native_data(each)) reach_file(each, how);
  };
  for (const auto& pattern : names.patterns) follow(pattern);
  for (const auto& text : names.whole)
    if (is_ending(text)) follow(Mark::hole + text);
}

// The names of the data that native code of `owner` in `folder` may ask for.
std::vector<SoughtName> PythonReach::data_to_seek(const Distribution* owner, const BundlePath& folder) const {
  std::vector<SoughtName> names;
  std::set<BundlePath> folders;
  const auto add = [&](const BundlePath& path) {
    if (!is_native_data(path)) return;
    names.push_back({std::string(path.name()), false, true, path});
    // In joined texts an ending cannot be recognised as a text of its own.
    if (owner != nullptr) names.push_back({std::string(path.extension()), false, false, path, true});
  };
  if (owner == nullptr) {
    for (const auto& [each, paths] : data_)
      if (each != nullptr) std::ranges::for_each(paths, add);
  } else {
    for (const auto& path : data_of(owner)) {
      add(path);
      // A text that names a package at the root is there for imports.
      for (auto at = path.parent(); !at.is_root() && !folder.is_root(); at = at.parent())
        if (at.parent() == folder && is_native_data(path)) folders.insert(at);
    }
  }
  for (const auto& each : folders) names.push_back({std::string(each.name()), true, true, each});
  std::erase_if(names, [](const SoughtName& name) { return name.text.size() < shortest_sought_name; });
  return names;
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
