#include "python/module_index.hpp"

#include <algorithm>

namespace lbundle {

namespace {

bool is_identifier(std::string_view text) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           (static_cast<unsigned char>(c) & 0x80) != 0;
  };
  return !text.empty() && letter(text.front()) &&
         std::ranges::all_of(text, [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

std::string parent_of(const std::string& name) {
  const auto dot = name.rfind('.');
  return dot == std::string::npos ? "" : name.substr(0, dot);
}

}  // namespace

ModuleIndex::ModuleIndex(const FileSet& files) {
  for (const auto& [path, node] : files) {
    if (path.parent().name() == "__pycache__") continue;
    const auto name = name_of(path);
    if (name.empty()) continue;
    auto& known = files_[name];
    if (known.empty()) children_[parent_of(name)].push_back(name);
    known.push_back(path);
  }
}

std::string ModuleIndex::name_of(const BundlePath& path) {
  const auto file = path.name();
  const auto ending = path.extension();
  if (ending != ".py" && ending != ".so" && ending != ".pyc") return {};
  auto folder = path.parent();
  if (folder.name() == "__pycache__") folder = folder.parent();
  // An extension module's ending holds dots: ".cpython-311-x86_64-linux-gnu.so", ".abi3.so".
  auto stem = file.substr(0, file.find('.'));
  if (!is_identifier(stem)) return {};
  std::string name;
  for (auto at = folder; !at.is_root(); at = at.parent()) {
    if (!is_identifier(at.name())) return {};
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

const std::vector<std::string>& ModuleIndex::modules_in(std::string_view package) const {
  static const std::vector<std::string> none;
  const auto found = children_.find(package);
  return found == children_.end() ? none : found->second;
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
