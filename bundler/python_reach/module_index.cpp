#include "python_reach/module_index.hpp"

#include <algorithm>

#include "python_reach/module_names.hpp"
#include "python_reach/text_holes.hpp"

namespace lbundle {

namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         (static_cast<unsigned char>(c) & 0x80) != 0;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// True for the names of extension modules. A digit may come first: mypyc names the module that a group of
// modules shares by a hash, "81d243bd2c585b0f4821__mypyc".
bool is_word(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return is_letter(c) || is_digit(c); });
}

// True for names that import_module() accepts, even if no import statement does: "0001_initial" of a
// migration, "zh-Hans" of a locale.
bool is_importable(std::string_view text) {
  return !text.empty() && text.front() != '-' &&
         std::ranges::all_of(text, [](char c) { return is_letter(c) || is_digit(c) || c == '-'; });
}

}  // namespace

ModuleIndex::ModuleIndex(const FileSet& files) {
  for (const auto& [path, node] : files) {
    if (path.parent().name() == "__pycache__") continue;
    const auto name = name_of(path);
    if (name.empty()) continue;
    add(name, path);
  }
}

void ModuleIndex::add(const std::string& name, const BundlePath& path) {
  auto& known = files_[name];
  if (known.empty()) children_[parent_of(name)].push_back(name);
  known.push_back(path);
}

std::vector<std::string> ModuleIndex::add_folder(const FileSet& files, const BundlePath& folder,
                                                 const std::string& package) {
  std::vector<std::string> added;
  if (!folders_.insert(folder).second) return added;
  for (const auto& [path, node] : files.below(folder)) {
    if (path.parent().name() == "__pycache__") continue;
    const auto inside = BundlePath::parse(std::string_view(path.bytes()).substr(folder.bytes().size() + 1));
    const auto name = inside ? name_of(*inside) : std::string();
    if (name.empty()) continue;
    added.push_back(child_of(package, name));
    add(added.back(), path);
  }
  return added;
}

std::string ModuleIndex::name_of(const BundlePath& path) {
  const auto file = path.name();
  const auto ending = path.extension();
  if (ending != ".py" && ending != ".so" && ending != ".pyc") return {};
  auto folder = path.parent();
  if (folder.name() == "__pycache__") folder = folder.parent();
  // The ending of an extension module has dots: ".cpython-311-x86_64-linux-gnu.so", ".abi3.so".
  auto stem = file.substr(0, file.find('.'));
  if (ending == ".so" ? !is_word(stem) : !is_importable(stem)) return {};
  std::string name;
  for (auto at = folder; !at.is_root(); at = at.parent()) {
    if (!is_importable(at.name())) return {};
    name.insert(0, std::string(at.name()) + '.');
  }
  if (stem != "__init__") return name + std::string(stem);
  if (!name.empty()) name.pop_back();
  return name;
}

const std::vector<BundlePath>& ModuleIndex::files_of(std::string_view name) const {
  static const std::vector<BundlePath> none;
  const auto found = files_.find(name);
  return found == files_.end() ? none : found->second;
}

std::vector<std::string_view> ModuleIndex::names() const {
  std::vector<std::string_view> names;
  names.reserve(files_.size());
  for (const auto& [name, files] : files_) names.push_back(name);
  return names;
}

const std::vector<std::string>& ModuleIndex::modules_in(std::string_view package) const {
  static const std::vector<std::string> none;
  const auto found = children_.find(package);
  return found == children_.end() ? none : found->second;
}

std::vector<std::string> ModuleIndex::modules_like(std::string_view pattern) const {
  std::vector<std::string> found;
  for (const auto& [name, paths] : files_)
    if (fills(name, pattern)) found.push_back(name);
  std::ranges::sort(found);
  return found;
}

std::vector<std::string> ModuleIndex::modules_ending(std::string_view ending) const {
  std::vector<std::string> found;
  for (const auto& [name, paths] : files_)
    if (name.ends_with(ending)) found.push_back(name);
  std::ranges::sort(found);
  return found;
}

std::string ModuleIndex::absolute(std::string_view name, const std::string& module, bool is_package) {
  if (!name.starts_with('.')) return std::string(name);
  auto package = is_package ? module : parent_of(module);
  name.remove_prefix(1);
  while (name.starts_with('.')) {
    if (package.empty()) return {};
    package = parent_of(package);
    name.remove_prefix(1);
  }
  if (package.empty()) return std::string(name);
  return name.empty() ? package : package + '.' + std::string(name);
}

}  // namespace lbundle
