#include "project/pyproject.hpp"

#include <algorithm>

#include "model/error.hpp"
#include "os/bytes.hpp"
#include "project/toml_document.hpp"

namespace lbundle {

namespace {

const TomlNode* entry_of(const TomlNode& table, std::string_view key) {
  const auto found = std::ranges::find(table.entries, key, &TomlEntry::key);
  return found == table.entries.end() ? nullptr : &found->value;
}

}  // namespace

std::vector<std::string> project_dependencies(const HostPath& file) {
  const TomlDocument document(file.filename().string(), read_text_file(file));
  constexpr const char* way_out = "lock them with uv or poetry, and name the lock file as `requirements`";
  const auto* project = entry_of(document.root(), "project");
  if (project == nullptr || project->kind != TomlNode::Kind::table) {
    throw Error("read", file.string(), "it has no [project] table, and there is no lock file beside it",
                way_out)
        .with_status(ExitStatus::wrong_usage);
  }
  if (const auto* dynamic = entry_of(*project, "dynamic")) {
    for (const auto& item : dynamic->items) {
      if (item.text == "dependencies")
        throw document.error(item, "the dependencies are left to a build tool", way_out);
    }
  }
  std::vector<std::string> lines;
  const auto* dependencies = entry_of(*project, "dependencies");
  if (dependencies == nullptr) return lines;
  if (dependencies->kind != TomlNode::Kind::array) throw document.error(*dependencies, "it is not an array");
  for (const auto& item : dependencies->items) {
    if (item.kind != TomlNode::Kind::text) throw document.error(item, "it is not a requirement");
    lines.push_back(item.text);
  }
  return lines;
}

}  // namespace lbundle
