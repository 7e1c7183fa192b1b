#include "node/packages.hpp"

#include "cache/store.hpp"
#include "json/json.hpp"

namespace lbundle {

namespace {

constexpr std::string_view modules = "node_modules/";

}  // namespace

std::optional<std::string> npm_package_folder(std::string_view path) {
  auto at = path.rfind(modules);
  // The name must be a whole one: "xnode_modules/" does not count.
  while (at != std::string_view::npos && at != 0 && path[at - 1] != '/')
    at = at == 0 ? at : path.rfind(modules, at - 1);
  if (at == std::string_view::npos) return std::nullopt;
  auto end = path.find('/', at + modules.size());
  const bool scoped = at + modules.size() < path.size() && path[at + modules.size()] == '@';
  if (scoped && end != std::string_view::npos) end = path.find('/', end + 1);
  // A file beside the packages, such as .package-lock.json.
  if (end == std::string_view::npos) return std::nullopt;
  return std::string(path.substr(0, end));
}

namespace {

Distribution read_package(const FileSet& files, const std::string& folder) {
  Distribution package;
  package.name = folder.substr(folder.rfind(modules) + modules.size());
  const auto* file = files.find_file(BundlePath(folder + "/package.json"));
  if (file == nullptr) return package;
  const auto json = Json::parse(as_text(read_content(file->content)), nullptr, false);
  if (json.is_object() && json.contains("version") && json["version"].is_string())
    package.version = json["version"];
  return package;
}

}  // namespace

Distributions read_node_packages(const FileSet& files) {
  Distributions packages;
  std::map<std::string, std::size_t> known;
  for (const auto& [path, node] : files) {
    const auto folder = npm_package_folder(path.bytes());
    // Links to programs belong to no package.
    if (!folder || folder->ends_with("/.bin")) continue;
    const auto [at, is_new] = known.emplace(*folder, packages.all.size());
    if (is_new) packages.all.push_back(read_package(files, *folder));
    packages.owner.emplace(path, at->second);
  }
  return packages;
}

}  // namespace lbundle
