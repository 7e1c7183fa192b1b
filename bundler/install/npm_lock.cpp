#include "install/npm_lock.hpp"

#include <vector>

namespace lbundle {

namespace {

constexpr std::string_view modules_folder = "node_modules/";

std::string name_of(const std::string& place) {
  return place.substr(place.rfind(modules_folder) + modules_folder.size());
}

// Looks where Node.js looks: below the asking package, then below each package around it.
std::string resolve(const Json& packages, std::string from, const std::string& name) {
  while (true) {
    auto place = from;
    if (!place.empty()) place += '/';
    place += modules_folder;
    place += name;
    if (packages.contains(place)) return place;
    if (from.empty()) return {};
    const auto above = from.rfind("/node_modules/");
    from = above == std::string::npos ? "" : from.substr(0, above);
  }
}

class Walk {
 public:
  Walk(const Json& packages, const std::map<std::string, std::string>& preinstalled)
      : packages_(packages), preinstalled_(preinstalled) {}

  PackageParts parts() {
    follow("", parts_.of_function);
    const std::vector<std::string> left(left_.begin(), left_.end());
    for (const auto& place : left) take(place, parts_.of_runtime);
    return std::move(parts_);
  }

 private:
  bool is_preinstalled(const std::string& name) const {
    return preinstalled_.contains(name) || preinstalled_.contains(name.substr(0, name.find('/')));
  }

  void take(const std::string& place, std::set<std::string>& into) {
    if (into.insert(place).second) follow(place, into);
  }

  void follow(const std::string& from, std::set<std::string>& into) {
    for (const auto* kind : {"dependencies", "optionalDependencies", "peerDependencies"}) {
      const auto& entry = packages_.at(from);
      if (!entry.contains(kind) || !entry.at(kind).is_object()) continue;
      for (const auto& [name, range] : entry.at(kind).items()) {
        const auto place = resolve(packages_, from, name);
        if (place.empty()) continue;
        if (&into == &parts_.of_function && is_preinstalled(name_of(place))) {
          left_.insert(place);
        } else {
          take(place, into);
        }
      }
    }
  }

  const Json& packages_;
  const std::map<std::string, std::string>& preinstalled_;
  PackageParts parts_;
  std::set<std::string> left_;
};

}  // namespace

PackageParts part_packages(const Json& packages, const std::map<std::string, std::string>& preinstalled) {
  return packages.contains("") ? Walk(packages, preinstalled).parts() : PackageParts{};
}

}  // namespace lbundle
