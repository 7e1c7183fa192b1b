#include "init/own_parts.hpp"

#include <algorithm>
#include <optional>

namespace lbundle::init {

namespace {

std::string up_to_slash(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash);
}

// The deepest folder that has both; each is a folder or "".
std::string common_folder(const std::string& a, const std::string& b) {
  std::size_t end = 0;
  for (std::size_t i = 0;; ++i) {
    const bool a_ends = i >= a.size() || a[i] == '/', b_ends = i >= b.size() || b[i] == '/';
    if (a_ends && b_ends) end = i;
    if (i >= a.size() || i >= b.size() || a[i] != b[i]) break;
  }
  return a.substr(0, end);
}

bool is_file(const HostPath& path) {
  boost::system::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

void add_part(std::vector<OwnPart>& parts, const std::string& path, const std::string& why,
              bool is_folder = false) {
  if (std::ranges::find(parts, path, &OwnPart::path) == parts.end()) parts.push_back({path, is_folder, why});
}

// Python imports the packages above a module too.
void add_packages_above(std::vector<OwnPart>& parts, const Handler& handler, std::string folder) {
  if (handler.language != Language::python) return;
  for (; !folder.empty(); folder = up_to_slash(folder))
    if (is_file(handler.code / folder / "__init__.py"))
      add_part(parts, folder + "/__init__.py", "the package of modules below it");
}

void add_package_json(std::vector<OwnPart>& parts, const Handler& handler) {
  if (handler.language != Language::nodejs) return;
  for (auto folder = handler.module.parent_path();; folder = folder.parent_path()) {
    const auto path = (folder / "package.json").lexically_relative(handler.code).generic_string();
    const bool covered = std::ranges::any_of(
        parts, [&](const auto& part) { return part.is_folder && path.starts_with(part.path + "/"); });
    if (!covered && is_file(folder / "package.json"))
      add_part(parts, path, "Node.js reads its \"type\" before it loads a module");
    if (folder == handler.code || !folder.has_parent_path()) return;
  }
}

}  // namespace

bool ReachedFiles::add_file(const std::string& path, const std::string& why) {
  if (!files_.insert(path).second) return false;
  const auto slash = path.find('/');
  const auto top = path.substr(0, slash);
  if (slash == std::string::npos) {
    order_.emplace_back(top, why);
    return true;
  }
  auto& folder = folders_[top];
  if (folder.files.empty() && folder.whole.empty()) order_.emplace_back(top, why);
  folder.files.insert(path);
  return true;
}

bool ReachedFiles::add_folder(const std::string& path, const std::string& why) {
  const auto top = path.substr(0, path.find('/'));
  auto& folder = folders_[top];
  if (!folder.whole.insert(path).second) return false;
  if (folder.files.empty() && folder.whole.size() == 1) order_.emplace_back(top, why);
  return true;
}

std::vector<OwnPart> ReachedFiles::parts(const Handler& handler) const {
  std::vector<OwnPart> parts;
  for (const auto& [top, why] : order_) {
    const auto known = folders_.find(top);
    if (known == folders_.end()) {
      add_part(parts, top, why);
      continue;
    }
    const auto& folder = known->second;
    if (folder.whole.empty() && folder.files.size() == 1) {
      add_part(parts, *folder.files.begin(), why);
      add_packages_above(parts, handler, up_to_slash(*folder.files.begin()));
      continue;
    }
    std::optional<std::string> common;
    for (const auto& whole : folder.whole) common = common ? common_folder(*common, whole) : whole;
    for (const auto& file : folder.files)
      common = common ? common_folder(*common, up_to_slash(file)) : up_to_slash(file);
    add_part(parts, *common, why, true);
    add_packages_above(parts, handler, up_to_slash(*common));
  }
  add_package_json(parts, handler);
  return parts;
}

}  // namespace lbundle::init
