#include "staging/runtime_modules.hpp"

#include <algorithm>
#include <array>

#include "os/bytes.hpp"

namespace lbundle {

namespace {

bool is_script(const BundlePath& path) {
  static constexpr std::array<std::string_view, 3> endings{".js", ".mjs", ".cjs"};
  return std::ranges::count(endings, path.extension()) > 0;
}

bool is_of_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

// Adds each "SCOPE/name" of `text`.
void add_names(const std::string& text, const std::string& scope, std::set<std::string>& names) {
  const auto beginning = scope + '/';
  for (auto at = text.find(beginning); at != std::string::npos; at = text.find(beginning, at + 1)) {
    auto end = at + beginning.size();
    while (end < text.size() && is_of_name(text[end])) ++end;
    const bool quoted = at > 0 && (text[at - 1] == '"' || text[at - 1] == '\'' || text[at - 1] == '`');
    if (quoted && end > at + beginning.size()) names.insert(text.substr(at, end - at));
  }
}

}  // namespace

std::set<std::string> used_runtime_modules(const OwnFiles& own, const FileSet& files,
                                           const std::map<std::string, std::string>& preinstalled) {
  std::set<std::string> names;
  const auto read = [&](const std::string& text) {
    for (const auto& [scope, version] : preinstalled) add_names(text, scope, names);
  };
  for (const auto& [path, file] : own)
    if (is_script(path)) read(read_text_file(file));
  for (const auto& [path, node] : files) {
    if (path.name() != "package.json" || own.contains(path)) continue;
    if (const auto* file = std::get_if<RegularFile>(&node))
      read(std::string(as_text(read_file(file->content.path))));
  }
  std::erase_if(names, [&](const auto& name) {
    return files.contains(BundlePath("node_modules/" + name + "/package.json"));
  });
  return names;
}

}  // namespace lbundle
