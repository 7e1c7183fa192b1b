#include "project/tried_rules.hpp"

#include <algorithm>
#include <cctype>
#include <optional>

#include "model/distribution.hpp"
#include "model/error.hpp"
#include "model/text.hpp"
#include "project/toml_document.hpp"

namespace lbundle {

namespace {

constexpr std::string_view package_mark = "{package}/";
constexpr std::string_view node_folder = "node_modules/";

struct Mistake {
  std::string cause, hint;
};

// Returns the value of `key`, or null.
const TomlNode* value_of(const TomlNode& table, std::string_view key) {
  const auto found = std::ranges::find(table.entries, key, &TomlEntry::key);
  return found == table.entries.end() ? nullptr : &found->value;
}

bool is_blank(const TomlNode* node) {
  return node == nullptr ||
         std::ranges::all_of(node->text, [](unsigned char c) { return std::isspace(c) != 0; });
}

// The part of `path` behind the last folder that packages are installed in on a machine: a bundle has no such
// folder. Nothing if the path names none.
std::optional<std::string> behind_install_folder(const std::string& path) {
  for (const std::string_view folder : {"site-packages/", "dist-packages/", "var/task/", "opt/python/"})
    if (const auto at = path.rfind(folder); at != std::string::npos && (at == 0 || path[at - 1] == '/'))
      return path.substr(at + folder.size());
  return std::nullopt;
}

// Why `glob` matches no file of any bundle of a function in `language`. Nothing if it may match one.
std::optional<Mistake> why_never(const std::string& glob, Language language) {
  if (glob.starts_with(' ') || glob.ends_with(' ')) return Mistake{"it begins or ends with a space", ""};
  if (const auto rest = behind_install_folder(glob))
    return Mistake{"paths begin at the bundle's root, where the packages are",
                   rest->empty() ? "" : format("write '{}'", *rest)};
  if (language != Language::nodejs) {
    if (!glob.starts_with(package_mark)) return std::nullopt;
    return Mistake{"only rules of npm packages may begin with {package}/", "write the package's folder"};
  }
  const auto literal = glob.substr(0, glob.find_first_of("*?[\\{"));
  const auto length = std::min(literal.size(), node_folder.size());
  if (literal.compare(0, length, node_folder.substr(0, length)) == 0) return std::nullopt;
  return Mistake{"the files of npm packages are below node_modules",
                 format("write '{}{}'", node_folder, glob)};
}

void check_globs(const TomlDocument& document, const TomlNode& entry, Language language) {
  for (const auto* key : {"files", "when"}) {
    const auto* value = value_of(entry, key);
    if (value == nullptr) continue;
    const auto check = [&](const TomlNode& node) {
      if (const auto mistake = why_never(node.text, language))
        throw document.error(
            node, format("'{}' matches no file of any bundle: {}", node.text, mistake->cause), mistake->hint);
    };
    if (value->kind == TomlNode::Kind::array) {
      for (const auto& item : value->items) check(item);
    } else {
      check(*value);
    }
  }
}

void check_entry(const TomlDocument& document, const TomlNode& entry, bool has_source, Language language) {
  if (is_blank(value_of(entry, "reason")))
    throw document.error(entry, "its reason is empty",
                         "say in one sentence what needs the files at run time, or why nothing can");
  if (!has_source && is_blank(value_of(entry, "source")))
    throw document.error(
        entry, "it has no source",
        "source = \"…\" says where this can be read: a file and a function of the package, or its "
        "documentation; one at the top of the file holds for all entries");
  check_globs(document, entry, language);
}

void check_distribution(const TomlDocument& document, const std::string& file, Language language) {
  const auto* name = value_of(document.root(), "distribution");
  if (name == nullptr) {
    if (file.substr(file.rfind('/') + 1) == "common.toml") return;
    throw document.error_at(1, 1, 1, "it does not say which distribution its rules are about",
                            "distribution = \"NAME\" at the top of the file; only rules for all packages, in "
                            "common.toml, have none");
  }
  if (language != Language::python) return;
  if (const auto right = normalised_name(name->text); right != name->text)
    throw document.error(*name, format("no distribution has the name '{}'", name->text),
                         format("write it as PEP 503 does: distribution = \"{}\"", right));
}

}  // namespace

TriedRules read_tried_rules(const std::string& file, const std::string& text, Language language) {
  auto rules = parse_rules(file, text);
  const TomlDocument document(file, text);
  check_distribution(document, file, language);
  if (rules.empty())
    throw document.error_at(1, 1, 1, "it has no rules",
                            "[[keep]] begins one; rules/README.md lists the others");
  const bool has_source = !is_blank(value_of(document.root(), "source"));
  for (const auto& [key, line, column, value] : document.root().entries)
    for (const auto& entry : value.items) check_entry(document, entry, has_source, language);
  auto distribution = rules.front().distribution;
  return {file, std::move(distribution), std::move(rules)};
}

}  // namespace lbundle
