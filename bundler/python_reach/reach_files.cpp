// What code can load by looking through packages and files: modules of a package that it lists, data files
// that it names, and entry points.
#include <algorithm>

#include "model/text.hpp"
#include "python/entry_points.hpp"
#include "python_reach/data_files.hpp"
#include "python_reach/module_names.hpp"
#include "python_reach/reach.hpp"

namespace lbundle {

void PythonReach::follow_listed(const Source& from, const ModuleFacts& facts) {
  for (const auto& listed : facts.lists) {
    if (listed.empty()) continue;
    const auto package =
        listed == "." ? from.package() : ModuleIndex::absolute(listed, from.name, from.is_package);
    for (const auto& name : index_.modules_in(package))
      if (!package.empty())
        reach_module(name, format("in a package that {} lists", from.path.bytes()), false);
  }
}

// Reaches files of the same distribution that a constant names, and folders of data beside the module that a
// constant names. Also reaches files with the module's own name and another ending, which the module can find
// by __file__.
void PythonReach::follow_files(const Source& from, const ModuleFacts& facts) {
  const auto* owner = tree_.distributions.owner_of(from.path);
  if (owner == nullptr) {  // the function's own files are kept anyway
    follow_own_constants(from, facts);
    return;
  }
  follow_named_packages(from, facts);
  const auto how = format("named in {}", from.path.bytes());
  const std::string module(from.path.name().substr(0, from.path.name().find('.')));
  reach_beside(from, module, format("beside {}, with the same name", from.path.bytes()));
  for (const auto& constant : facts.files) {
    const auto beside = from.path.parent().resolve(constant);
    if (beside && !beside->is_root() && beside->bytes() != from.path.parent().bytes()) {
      if (!is_python_source(*beside) && tree_.files.contains(*beside)) reach_file(*beside, how);
      reach_data_below(*beside, how);
    }
    const auto relative =
        BundlePath::parse(constant.substr(std::min(constant.find_first_not_of("/."), constant.size())));
    if (!relative) continue;
    if (relative->extension() == ".libs") follow_libraries(*relative, how);
    if (relative->extension().empty()) {
      reach_beside(from, constant, how);  // other code may add the ending
      continue;
    }
    const auto named = by_file_name_.find({owner, std::string(relative->name())});
    if (named == by_file_name_.end()) continue;
    for (const auto& path : named->second)
      if (path == *relative || path.bytes().ends_with('/' + relative->bytes())) reach_file(path, how);
  }
}

// Reaches the data of packages that a constant names, or whose __name__ is handed on: a function of any name
// may open the package's files.
void PythonReach::follow_named_packages(const Source& from, const ModuleFacts& facts) {
  const auto* owner = tree_.distributions.owner_of(from.path);
  if (owner == nullptr) return;
  for (const auto& constant : facts.dotted) {
    auto text = ModuleIndex::absolute(constant, from.name, from.is_package);
    std::ranges::replace(text, '.', '/');
    const auto folder = BundlePath::parse(text);
    if (!folder || folder->is_root()) continue;
    reach_data_below(*folder, format("in a package that {} names", from.path.bytes()));
  }
}

// Reaches data files in the module's folder whose name without endings is `stem`.
void PythonReach::reach_beside(const Source& from, const std::string& stem, const std::string& how) {
  const auto named = beside_by_stem_.find({from.path.parent(), stem});
  if (named == beside_by_stem_.end()) return;
  for (const auto& path : named->second) reach_file(path, how);
}

// Reaches a wheel's own libraries. The wheel looks for them by their folder, because their names contain
// hashes.
void PythonReach::follow_libraries(const BundlePath& folder, const std::string& how) {
  for (const auto& [path, node] : tree_.files.below(folder)) reach_file(path, how);
}

// Reaches data of packages in use that a constant of the function names, by its name, its path or its name
// without the ending. The package may open it by native code.
void PythonReach::follow_own_constants(const Source& from, const ModuleFacts& facts) {
  const auto how = format("named in {}", from.path.bytes());
  for (const auto& constant : facts.files) {
    const auto named = by_name_.find(constant.substr(constant.rfind('/') + 1));
    if (named == by_name_.end()) continue;
    const auto folders =
        constant.substr(0, constant.rfind('/') == std::string::npos ? 0 : constant.rfind('/'));
    for (const auto& path : named->second)
      if (folders.empty() || path.parent().bytes().ends_with(folders)) offer_data(path, how);
  }
}

// Reaches the file as soon as its distribution is in use.
void PythonReach::offer_data(const BundlePath& path, const std::string& how) {
  const auto* owner = tree_.distributions.owner_of(path);
  if (in_use_.contains(owner)) {
    reach_file(path, how);
  } else {
    waiting_[owner].push_back({path, how, false, current_});
  }
}

// Reaches the entry points of each group that a constant names.
void PythonReach::follow_entry_points(const Source& from, const ModuleFacts& facts) {
  for (const auto& constant : facts.files) {
    const auto group = entry_points_.find(constant);
    if (group == entry_points_.end()) continue;
    const auto how = format("entry point of the group {}, named in {}", constant, from.path.bytes());
    for (const auto& point : group->second) {
      reach_file(point.file, how);
      reach_file(point.file.parent() / "METADATA", how);
      reach_module(point.module, how, false);
    }
  }
}

void PythonReach::index_files() {
  for (const auto& [path, node] : tree_.files) {
    const auto* owner = tree_.distributions.owner_of(path);
    if (is_data(path)) data_[owner].push_back(path);
    if (!is_python_source(path)) {
      const std::string name(path.name());
      by_file_name_[{owner, name}].push_back(path);
      if (owner != nullptr) {
        by_name_[name].push_back(path);
        if (const auto dot = name.find('.', 1); dot != std::string::npos)
          by_name_[name.substr(0, dot)].push_back(path);
      }
      if (!path.extension().empty() && path.extension() != ".so")
        beside_by_stem_[{path.parent(), name.substr(0, name.find('.', 1))}].push_back(path);
    }
    const auto* file = std::get_if<RegularFile>(&node);
    if (file == nullptr || path.name() != "entry_points.txt") continue;
    const auto bytes = read_content(file->content);
    for (auto& point : entry_points_in(as_text(bytes)))
      entry_points_[point.group].push_back({path, std::move(point.module)});
  }
}

}  // namespace lbundle
