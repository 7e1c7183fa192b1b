#include "abi/package_systems.hpp"

#include <algorithm>

#include "cache/store.hpp"
#include "json/json.hpp"
#include "model/error.hpp"

namespace lbundle {

std::optional<BundlePath> package_json_of(const BundlePath& path) {
  static constexpr std::string_view folder = "node_modules/";
  const auto& bytes = path.bytes();
  const auto at = bytes.rfind(folder);
  if (at == std::string::npos) return std::nullopt;
  const auto begin = at + folder.size();
  auto end = bytes.find('/', begin);
  if (end != std::string::npos && bytes[begin] == '@') end = bytes.find('/', end + 1);
  if (end == std::string::npos) return std::nullopt;
  return BundlePath(bytes.substr(0, end)) / "package.json";
}

bool is_in_package_for_others(const FileSet& files, const BundlePath& path) {
  const auto at = package_json_of(path);
  const auto* file = at ? files.find_file(*at) : nullptr;
  if (file == nullptr || file->content.path.empty()) return false;
  try {
    const auto bytes = read_content(file->content);
    const auto json = parse_json(as_text(bytes), at->bytes());
    const auto systems = json.find("os");
    if (systems == json.end() || !systems->is_array() || systems->empty()) return false;
    return std::ranges::none_of(*systems, [](const Json& system) {
      return !system.is_string() || system == "linux" || system.get<std::string>().starts_with('!');
    });
  } catch (const Error&) {
    return false;
  }
}

}  // namespace lbundle
