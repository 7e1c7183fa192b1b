#include "runs/import_lacks.hpp"

#include <algorithm>

#include "python/distributions.hpp"

namespace lbundle {

namespace {

std::vector<BundlePath> each_once(std::vector<BundlePath> paths) {
  std::ranges::sort(paths);
  const auto rest = std::ranges::unique(paths);
  paths.erase(rest.begin(), rest.end());
  return paths;
}

// "a_b" for "A_B-1.0.dist-info", as the folder's name has it; empty for other folders.
std::string_view distribution_of(std::string_view folder) {
  if (!folder.ends_with(".dist-info")) return {};
  return folder.substr(0, folder.find('-'));
}

}  // namespace

ImportLacks::ImportLacks(const FileSet& staged, const FileSet& bundle)
    : staged_(staged), bundle_(bundle), staged_modules_(staged), bundle_modules_(bundle) {}

std::vector<BundlePath> ImportLacks::of(const ImportOutcome& outcome) const {
  auto found = named_by(outcome);
  if (!found.empty()) return found;
  for (const auto& name : outcome.asked_names) add_module(name, found);
  for (const auto& path : outcome.asked_files) add_file(path, found);
  return each_once(std::move(found));
}

std::vector<BundlePath> ImportLacks::named_by(const ImportOutcome& outcome) const {
  std::vector<BundlePath> found;
  for (const auto& name : outcome.names) add_module(name, found);
  for (const auto& path : outcome.files) add_file(path, found);
  for (const auto& name : outcome.distributions) add_distribution(name, found);
  return each_once(std::move(found));
}

std::vector<BundlePath> ImportLacks::of_accesses(const Evidence& accesses) const {
  std::vector<BundlePath> found;
  for (const auto& [path, kinds] : accesses) {
    const auto module = ModuleIndex::name_of(path);
    if (kinds.contains(AccessKind::missing) && (module.empty() || !bundle_modules_.contains(module)))
      add_file(path.bytes(), found);
  }
  return each_once(std::move(found));
}

void ImportLacks::add_module(const std::string& name, std::vector<BundlePath>& found) const {
  if (bundle_modules_.contains(name)) return;
  const auto& files = staged_modules_.files_of(name);
  found.insert(found.end(), files.begin(), files.end());
  if (!files.empty()) return;
  // Compiled modules import each other by names that no import statement can have: "81d2__mypyc".
  auto prefix = name;
  std::ranges::replace(prefix, '.', '/');
  const auto path = BundlePath::parse(prefix + ".");
  if (!path || path->bytes() != prefix + ".") return;
  for (const auto& [file, node] : staged_.beginning_with(*path))
    if (file.extension() == ".so" && file.parent() == path->parent() && !bundle_.contains(file))
      found.push_back(file);
  // A folder of data counts as a package too.
  const BundlePath folder(prefix);
  if (!folder.is_root() && staged_.has_folder(folder) && !bundle_.has_folder(folder)) found.push_back(folder);
}

void ImportLacks::add_file(const std::string& name, std::vector<BundlePath>& found) const {
  const auto path = BundlePath::parse(name);
  if (!path || path->is_root()) return;
  if (name.find('/') == std::string::npos && !staged_.contains(*path)) {
    // A library, which the loader names without its folder.
    for (const auto& [file, node] : staged_)
      if (file.name() == name && !bundle_.contains(file)) found.push_back(file);
    return;
  }
  const auto target = staged_.follow(*path);
  if (!target || bundle_.follow(*path)) return;
  if (staged_.contains(*target)) found.push_back(*target);
}

void ImportLacks::add_distribution(const std::string& name, std::vector<BundlePath>& found) const {
  const auto wanted = normalised_name(name);
  for (const auto& [path, node] : staged_) {
    if (path.name() == "METADATA" && normalised_name(distribution_of(path.parent().name())) == wanted &&
        !bundle_.contains(path))
      found.push_back(path);
  }
}

}  // namespace lbundle
