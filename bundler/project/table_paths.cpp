#include "project/table_paths.hpp"

#include <stdexcept>

#include "model/text.hpp"
#include "project/host_glob.hpp"

namespace lbundle {

namespace {

// Returns why `pattern` matches no file: a link on its way may lead to nothing.
std::string why_no_match(const std::string& pattern, const HostPath& folder, const GlobSearch& search) {
  auto cause = format("no file matches '{}'", pattern);
  if (search.dangling.empty()) return cause;
  return cause + format(": '{}' is a link that leads to nothing",
                        search.dangling.front().lexically_relative(folder).string());
}

}  // namespace

HostPath existing_path(const TomlDocument& document, const TomlNode& node, const HostPath& folder) {
  auto path = (folder / node.text).lexically_normal();
  if (node.text.empty() || !fs::exists(path))
    throw document.error(node, format("'{}' does not exist", node.text),
                         format("paths are relative to '{}'", folder.string()));
  return path;
}

HostPath existing_file(const TomlDocument& document, const TomlNode& node, const HostPath& folder) {
  auto path = existing_path(document, node, folder);
  if (!fs::is_regular_file(path)) throw document.error(node, format("'{}' is not a file", node.text));
  return path;
}

std::vector<HostPath> existing_files(const TomlDocument& document, const TomlNode& node,
                                     const HostPath& folder) {
  auto search = search_for(document, node, folder);
  if (search.files.empty())
    throw document.error(node, why_no_match(node.text, folder, search),
                         format("globs are relative to '{}'", folder.string()));
  for (auto& file : search.files)
    if (const auto real = search.real.find(file); real != search.real.end()) file = real->second;
  return std::move(search.files);
}

GlobSearch search_for(const TomlDocument& document, const TomlNode& node, const HostPath& folder) {
  try {
    return search_files(folder, node.text);
  } catch (const std::invalid_argument& mistake) {
    throw document.error(node, format("bad glob '{}': {}", node.text, mistake.what()));
  } catch (const Error& error) {
    throw document.error(node, error.what(), error.hint());
  }
}

}  // namespace lbundle
