#include "node/resolver.hpp"

#include <utility>

#include "cache/store.hpp"
#include "model/lambda_paths.hpp"

namespace lbundle {

namespace {

bool is_folder_of_packages(const BundlePath& folder) {
  return folder.name() == "node_modules";
}

BundlePath below(const BundlePath& folder, std::string_view name) {
  return folder.is_root() ? BundlePath(name) : folder / name;
}

}  // namespace

NodeResolver::NodeResolver(const FileSet& files, int major) : files_(files), major_(major) {}

std::optional<BundlePath> NodeResolver::file_at(const BundlePath& path) const {
  const auto found = files_.follow(path);
  if (!found || files_.find_file(*found) == nullptr) return std::nullopt;
  return path;
}

std::optional<BundlePath> NodeResolver::with_ending(const BundlePath& path) const {
  if (path.is_root()) return std::nullopt;
  if (auto file = file_at(path)) return file;
  for (const auto* ending : {".js", ".json", ".node"})
    if (auto file = file_at(BundlePath(path.bytes() + ending))) return file;
  return std::nullopt;
}

std::optional<BundlePath> NodeResolver::as_module(const BundlePath& path) const {
  if (auto file = with_ending(path)) return file;
  if (!path.is_root() && !files_.has_folder(path)) return std::nullopt;
  const auto description = below(path, "package.json");
  if (files_.contains(description)) {
    const auto* json = description_of(path);
    if (json != nullptr && json->contains("main") && json->at("main").is_string()) {
      const auto main = path.resolve(json->at("main").get<std::string>());
      if (main && *main != path) {
        auto file = with_ending(*main);
        if (!file) file = with_ending(below(*main, "index"));
        if (file) {
          read_.insert(description);
          return file;
        }
      }
    }
  }
  return with_ending(below(path, "index"));
}

const Json* NodeResolver::description_of(const BundlePath& folder) const {
  for (auto at = folder;; at = at.parent()) {
    if (is_folder_of_packages(at)) return nullptr;
    const auto path = below(at, "package.json");
    auto known = descriptions_.find(path);
    if (known == descriptions_.end()) {
      const auto* file = files_.find_file(path);
      std::optional<Json> json;
      if (file != nullptr) {
        json = Json::parse(as_text(read_content(file->content)), nullptr, false);
        if (!json->is_object()) json = Json::object();
      }
      known = descriptions_.emplace(path, std::move(json)).first;
    }
    if (known->second) return &*known->second;
    if (at.is_root()) return nullptr;
  }
}

std::optional<BundlePath> NodeResolver::package_folder(const std::string& name, BundlePath folder) const {
  if (name.empty() || name.starts_with('.') || name.starts_with('/')) return std::nullopt;
  for (;; folder = folder.parent()) {
    if (!is_folder_of_packages(folder)) {
      const auto place = BundlePath::parse(below(folder, "node_modules").bytes() + "/" + name);
      if (place && files_.has_folder(*place)) return place;
    }
    if (folder.is_root()) return std::nullopt;
  }
}

std::set<BundlePath> NodeResolver::take_descriptions() const {
  return std::exchange(read_, {});
}

std::map<std::string, BundlePath> NodeResolver::visible_packages(BundlePath folder) const {
  std::map<std::string, BundlePath> packages;
  for (;; folder = folder.parent()) {
    if (!is_folder_of_packages(folder)) {
      const auto modules = below(folder, "node_modules");
      for (const auto& [path, node] : files_.below(modules)) {
        const auto inside = path.bytes().substr(modules.bytes().size() + 1);
        const auto [name, rest] = split(inside);
        if (!rest.empty()) packages.emplace(name, modules / name);
      }
    }
    if (folder.is_root()) return packages;
  }
}

std::set<std::string> NodeResolver::conditions(Kind kind) const {
  std::set<std::string> names{"node", "node-addons", "default",
                              kind == Kind::required ? "require" : "import"};
  constexpr int first_with_module_sync = 24;
  if (major_ >= first_with_module_sync) names.insert("module-sync");
  return names;
}

// PACKAGE_TARGET_RESOLVE of Node.js: a target is a path, a table of conditions in their order, or a list
// whose first match counts.
std::optional<BundlePath> NodeResolver::target(const Json& value, const BundlePath& folder,
                                               const std::string& star, Kind kind) const {
  if (value.is_string()) {
    auto text = value.get<std::string>();
    for (auto at = text.find('*'); at != std::string::npos; at = text.find('*', at + star.size()))
      text.replace(at, 1, star);
    if (!text.starts_with("./")) return resolve(text, below(folder, "package.json"), kind);
    const auto path = folder.resolve(text);
    return path ? file_at(*path) : std::nullopt;
  }
  if (value.is_array()) {
    for (const auto& each : value)
      if (auto found = target(each, folder, star, kind)) return found;
    return std::nullopt;
  }
  if (!value.is_object()) return std::nullopt;
  const auto known = conditions(kind);
  for (const auto& [condition, inner] : value.items()) {
    if (!known.contains(condition)) continue;
    if (auto found = target(inner, folder, star, kind)) return found;
  }
  return std::nullopt;
}

// PACKAGE_IMPORTS_EXPORTS_RESOLVE of Node.js: the key itself, or else the pattern with the longest part
// before its star.
std::optional<BundlePath> NodeResolver::match(const Json& table, const BundlePath& folder,
                                              const std::string& key, Kind kind) const {
  if (table.contains(key)) return target(table.at(key), folder, "", kind);
  std::string best;
  for (const auto& [pattern, value] : table.items()) {
    const auto star = pattern.find('*');
    if (star == std::string::npos || key.size() < pattern.size()) continue;
    if (!key.starts_with(pattern.substr(0, star)) || !key.ends_with(pattern.substr(star + 1))) continue;
    if (best.empty() || star > best.find('*')) best = pattern;
  }
  if (best.empty()) return std::nullopt;
  const auto star = best.find('*');
  return target(table.at(best), folder, key.substr(star, key.size() - best.size() + 1), kind);
}

std::optional<BundlePath> NodeResolver::entry_of(const BundlePath& folder, const std::string& subpath,
                                                 Kind kind) const {
  const auto* json = files_.contains(below(folder, "package.json")) ? description_of(folder) : nullptr;
  if (json != nullptr && json->contains("exports") && !json->at("exports").is_null()) {
    read_.insert(below(folder, "package.json"));
    const auto& exports = json->at("exports");
    const bool is_table = exports.is_object() && !exports.empty() && exports.begin().key().starts_with('.');
    if (is_table) return match(exports, folder, subpath, kind);
    return subpath == "." ? target(exports, folder, "", kind) : std::nullopt;
  }
  const auto path = folder.resolve(subpath);
  return path ? as_module(*path) : std::nullopt;
}

std::map<std::string, BundlePath> NodeResolver::entries_of(const BundlePath& folder, Kind kind) const {
  std::map<std::string, BundlePath> entries;
  const auto* json = files_.contains(below(folder, "package.json")) ? description_of(folder) : nullptr;
  const bool has_table = json != nullptr && json->contains("exports") && json->at("exports").is_object();
  for (const auto& [path, node] : files_.below(folder)) {
    const auto inside = path.bytes().substr(folder.bytes().size() + 1);
    if (inside.starts_with("node_modules/") || inside.find("/node_modules/") != std::string::npos) continue;
    if (!has_table) entries.emplace("./" + inside, path);
  }
  if (!has_table) return entries;
  for (const auto& [key, value] : json->at("exports").items()) {
    if (!key.starts_with("./")) continue;
    if (key.find('*') == std::string::npos) {
      if (auto found = target(value, folder, "", kind)) entries.emplace(key, *found);
      continue;
    }
    // A pattern leads to all files that match it.
    for (const auto& [path, node] : files_.below(folder)) {
      const auto inside = "./" + path.bytes().substr(folder.bytes().size() + 1);
      if (entry_of(folder, inside, kind) == path) entries.emplace(inside, path);
    }
  }
  return entries;
}

std::optional<BundlePath> NodeResolver::resolve(const std::string& name, const BundlePath& from,
                                                Kind kind) const {
  if (name.empty() || is_built_in(name)) return std::nullopt;
  const auto folder = from.parent();
  if (name.starts_with("./") || name.starts_with("../") || name == "." || name == "..") {
    const auto path = folder.resolve(name);
    return path ? as_module(*path) : std::nullopt;
  }
  if (name.starts_with(task_prefix)) {
    const auto path = BundlePath::parse(name.substr(task_prefix.size()));
    return path ? as_module(*path) : std::nullopt;
  }
  if (name.starts_with('#')) {
    for (auto at = folder;; at = at.parent()) {
      if (files_.contains(below(at, "package.json"))) {
        const auto* json = description_of(at);
        if (json == nullptr || !json->contains("imports") || !json->at("imports").is_object())
          return std::nullopt;
        read_.insert(below(at, "package.json"));
        return match(json->at("imports"), at, name, kind);
      }
      if (at.is_root()) return std::nullopt;
    }
  }
  const auto [package, rest] = split(name);
  for (auto at = folder;;) {
    const auto place = package_folder(package, at);
    if (!place) break;
    if (auto file = entry_of(*place, "." + rest, kind)) return file;
    // Only `require` goes on to the next folder, and only if no "exports" refuses the name.
    const auto* json = files_.contains(below(*place, "package.json")) ? description_of(*place) : nullptr;
    if (kind == Kind::imported || (json != nullptr && json->contains("exports"))) return std::nullopt;
    auto modules = place->parent();
    if (!is_folder_of_packages(modules)) modules = modules.parent();
    if (modules.parent().is_root()) break;
    at = modules.parent().parent();
  }
  // A package may use its own name if it has "exports". Any other name is searched below /var/task, which is
  // in NODE_PATH.
  for (auto at = folder;; at = at.parent()) {
    if (files_.contains(below(at, "package.json"))) {
      const auto* json = description_of(at);
      if (json != nullptr && json->contains("exports") && json->contains("name") &&
          json->at("name") == package)
        return entry_of(at, "." + rest, kind);
      break;
    }
    if (at.is_root()) break;
  }
  const auto path = BundlePath::parse(name);
  return path ? as_module(*path) : std::nullopt;
}

}  // namespace lbundle
