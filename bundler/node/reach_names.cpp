#include "node/reach_names.hpp"

#include <algorithm>

#include "model/lambda_paths.hpp"

namespace lbundle {

bool matches_with_holes(std::string_view pattern, std::string_view text, bool across) {
  const auto hole = pattern.find(js_hole);
  if (hole == std::string_view::npos) return pattern == text;
  if (!text.starts_with(pattern.substr(0, hole))) return false;
  const auto rest = pattern.substr(hole + 1);
  text.remove_prefix(hole);
  for (std::size_t taken = 0; taken <= text.size(); ++taken) {
    const auto filled = text.substr(0, taken);
    if (filled.ends_with('/') && (!across || filled.ends_with("node_modules/"))) return false;
    if (matches_with_holes(rest, text.substr(taken), across)) return true;
  }
  return false;
}

bool is_without_hole(std::string_view text) {
  return text.find(js_hole) == std::string_view::npos;
}

bool is_js_source(const BundlePath& path) {
  const auto ending = path.extension();
  return ending == ".js" || ending == ".cjs" || ending == ".mjs";
}

std::optional<BundlePath> placed(const std::string& value, const BundlePath& folder) {
  auto relative = value;
  if (relative.starts_with(js_folder)) relative = "." + relative.substr(1);
  if (relative.find_first_of("\2\3") != std::string::npos) return std::nullopt;
  if (relative.starts_with(task_prefix))
    return BundlePath().resolve(relative.substr(std::string_view(task_prefix).size()));
  return folder.resolve(relative);
}

BundlePath constant_folder(const BundlePath& path) {
  const auto hole = path.bytes().find(js_hole);
  if (hole == std::string::npos) return path;
  const auto slash = path.bytes().rfind('/', hole);
  return slash == std::string::npos ? BundlePath() : BundlePath(path.bytes().substr(0, slash));
}

std::string shown(std::string name) {
  std::ranges::replace(name, js_hole, '*');
  std::ranges::replace(name, js_folder, '.');
  return name;
}

}  // namespace lbundle
