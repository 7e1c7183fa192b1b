#include "project/pyproject.hpp"

#include <algorithm>
#include <set>

#include "model/distribution.hpp"
#include "model/error.hpp"
#include "model/text.hpp"
#include "os/bytes.hpp"
#include "project/toml_document.hpp"

namespace lbundle {

namespace {

const TomlNode* entry_of(const TomlNode& table, std::string_view key) {
  const auto found = std::ranges::find(table.entries, key, &TomlEntry::key);
  return found == table.entries.end() ? nullptr : &found->value;
}

// Null if one of the tables is not there.
const TomlNode* table_at(const TomlNode& root, std::initializer_list<std::string_view> keys) {
  const auto* at = &root;
  for (const auto key : keys) {
    at = entry_of(*at, key);
    if (at == nullptr || at->kind != TomlNode::Kind::table) return nullptr;
  }
  return at;
}

using Sets = std::map<std::string, std::vector<std::string>>;

// Reads the sets of one kind. A set may include others.
class SetReader {
 public:
  SetReader(const TomlDocument& document, const TomlNode& table, std::string project)
      : document_(document), table_(table), project_(std::move(project)) {}

  Sets read() {
    Sets sets;
    for (const auto& entry : table_.entries) {
      seen_.clear();
      add(entry.key, entry.value, sets[entry.key]);
    }
    return sets;
  }

 private:
  void add(const std::string& name, const TomlNode& node, std::vector<std::string>& lines) {
    if (!seen_.insert(name).second) return;
    for (const auto& item : node.items) {
      if (item.kind == TomlNode::Kind::table) {
        if (const auto* group = entry_of(item, "include-group")) include(group->text, item, lines);
      } else if (const auto extras = extras_of_project(item.text); !extras.empty()) {
        for (const auto& extra : extras) include(extra, item, lines);
      } else {
        lines.push_back(item.text);
      }
    }
  }

  void include(const std::string& name, const TomlNode& at, std::vector<std::string>& lines) {
    const auto found = std::ranges::find_if(table_.entries, [&](const auto& entry) {
      return normalised_name(entry.key) == normalised_name(name);
    });
    if (found == table_.entries.end()) throw document_.error(at, format("there is no set '{}'", name));
    add(found->key, found->value, lines);
  }

  // "api" and "db" of "shop[api,db]" in the project shop.
  std::vector<std::string> extras_of_project(std::string_view requirement) const {
    const auto open = requirement.find('[');
    if (open == std::string_view::npos || project_.empty()) return {};
    if (normalised_name(trimmed(requirement.substr(0, open))) != normalised_name(project_)) return {};
    std::vector<std::string> extras;
    auto rest = requirement.substr(open + 1, requirement.find(']') - open - 1);
    while (!rest.empty()) {
      const auto comma = std::min(rest.find(','), rest.size());
      extras.emplace_back(trimmed(rest.substr(0, comma)));
      rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
    return extras;
  }

  const TomlDocument& document_;
  const TomlNode& table_;
  const std::string project_;
  std::set<std::string> seen_;
};

std::string project_name(const TomlNode& root) {
  const auto* project = table_at(root, {"project"});
  const auto* name = project == nullptr ? nullptr : entry_of(*project, "name");
  return name == nullptr ? std::string() : name->text;
}

// Tables of a Pipfile that are no categories. Its development packages have a name that a user knows as a
// group.
Sets categories_of(const TomlNode& root) {
  Sets categories;
  for (const auto& entry : root.entries) {
    const bool other =
        entry.key == "requires" || entry.key == "scripts" || entry.key == "pipenv" || entry.key == "packages";
    if (!other && entry.value.kind == TomlNode::Kind::table) categories[entry.key];
  }
  return categories;
}

}  // namespace

DependencySets dependency_sets(const HostPath& file) {
  const TomlDocument document(file.filename().string(), read_text_file(file));
  const auto& root = document.root();
  if (file.filename() == "Pipfile") return {{}, categories_of(root)};
  DependencySets sets;
  const auto name = project_name(root);
  if (const auto* extras = table_at(root, {"project", "optional-dependencies"}))
    sets.extras = SetReader(document, *extras, name).read();
  if (const auto* groups = table_at(root, {"dependency-groups"}))
    sets.groups = SetReader(document, *groups, "").read();
  if (const auto* extras = table_at(root, {"tool", "poetry", "extras"}))
    for (const auto& entry : extras->entries)
      for (const auto& item : entry.value.items) sets.extras[entry.key].push_back(item.text);
  if (const auto* groups = table_at(root, {"tool", "poetry", "group"}))
    for (const auto& entry : groups->entries) {
      auto& names = sets.groups[entry.key];
      const auto* packages = table_at(entry.value, {"dependencies"});
      if (packages == nullptr) continue;
      for (const auto& package : packages->entries) names.push_back(package.key);
    }
  return sets;
}

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
