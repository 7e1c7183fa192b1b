// Reads [function] and [environment].
#include <algorithm>
#include <cmath>
#include <regex>

#include "model/text.hpp"
#include "project/other_runtimes.hpp"
#include "project/project_tables.hpp"
#include "project/reserved_variables.hpp"
#include "project/table_paths.hpp"

namespace lbundle {

namespace {

using Kind = TomlNode::Kind;

void check_name(const TomlDocument& document, const TomlNode& node) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  if (node.text.empty() || node.text.size() > 64 || !std::ranges::all_of(node.text, allowed))
    throw document.error(node, format("'{}' is not a function name", node.text),
                         "Lambda allows up to 64 letters, digits, '-' and '_'");
}

void check_handler(const TomlDocument& document, const TomlNode& node, Language language) {
  const auto dot = node.text.rfind('.');
  const bool has_both = dot != std::string::npos && dot > 0 && dot + 1 < node.text.size();
  if (language != Language::provided && !has_both)
    throw document.error(node, format("'{}' is not a handler", node.text),
                         "write FILE.FUNCTION, as in Lambda's Handler setting: \"handler.handler\"");
}

Runtime read_runtime(const TomlTable& table) {
  const auto& node = table.need("runtime", Kind::text);
  if (const auto* runtime = find_runtime(node.text)) return *runtime;
  const auto function = table.text("name").value_or("the function");
  if (const auto refusal = refusal_of_runtime(node.text, function))
    throw table.document().error(node, refusal->cause, refusal->hint);
  std::vector<std::string_view> known;
  for (const auto& runtime : known_runtimes()) known.push_back(runtime.name);
  throw table.unknown_value(node, known);
}

// Returns the text of `key`, or `fallback`. Throws if `form` does not match it; `example` shows one that
// does.
std::string text_of_form(const TomlTable& table, std::string_view key, const std::string& fallback,
                         const char* form, const std::string& meaning, const std::string& example) {
  const auto* node = table.find(key, Kind::text);
  if (node == nullptr) return fallback;
  constexpr std::size_t longest = 1000;  // the longest form has 512 characters
  if (node->text.size() > longest || !std::regex_match(node->text, std::regex(form)))
    throw table.document().error(*node, format("'{}' is not {}", node->text, meaning),
                                 format("write {} = \"{}\", for example", key, example));
  return node->text;
}

Deployment read_deployment(const TomlTable& table) {
  Deployment deployment;
  deployment.region = text_of_form(table, "region", deployment.region, "[a-z]{2,5}(-[a-z]+)+-[0-9]+",
                                   "the name of a region", "eu-west-2");
  deployment.account = text_of_form(table, "account", deployment.account, "[0-9]{12}",
                                    "an account: it has 12 digits", "123456789012");
  deployment.version = text_of_form(table, "version", deployment.version, "\\$LATEST|[1-9][0-9]*",
                                    "a version: \"$LATEST\" or a number", "7");
  deployment.alias = text_of_form(table, "alias", "", "(?![0-9]+$)[A-Za-z0-9_-]{1,128}",
                                  "an alias: letters, digits, '-' and '_', not digits alone", "live");
  deployment.log_group =
      text_of_form(table, "log_group", "", "[A-Za-z0-9_/.#-]{1,512}", "a log group", "/team/orders");
  deployment.log_stream = text_of_form(table, "log_stream", "", "[^:*]{1,512}", "a log stream",
                                       "2026/01/31/[$LATEST]0123456789abcdef");
  // Source: as for reserved_variables.
  const auto choice = [](std::string_view name) { return std::pair(name, std::string(name)); };
  deployment.initialization_type =
      table.choice<std::string>("initialization_type",
                                {choice("on-demand"), choice("provisioned-concurrency"), choice("snap-start"),
                                 choice("lambda-managed-instances")},
                                deployment.initialization_type);
  // Source of the bounds: AWS Lambda developer guide, "Lambda quotas".
  if (const auto memory = table.integer("memory", 128, 10'240)) deployment.memory = static_cast<int>(*memory);
  if (const auto seconds = table.number("timeout", 1, 900))
    deployment.timeout = std::chrono::milliseconds(std::llround(*seconds * 1000));
  return deployment;
}

// A file from outside of the project's folder is bundled under its name alone. For a folder of such files
// that is never what is meant: "../shared/common/words.py" would be words.py.
void refuse_flattening(const TomlDocument& document, const TomlNode& pattern, const HostPath& folder) {
  if (!pattern.text.starts_with("../")) return;
  auto base = pattern.text.substr(0, pattern.text.find_first_of("*?[\\"));
  if (base.size() == pattern.text.size()) return;
  base = base.substr(0, base.rfind('/'));
  const auto from = (folder / base).lexically_normal();
  const bool is_folder = std::ranges::any_of(files_matching(folder, pattern.text), [&](const auto& file) {
    return file.parent_path() != from || file.filename() == "__init__.py";
  });
  // "../*.py" names files, and no folder that could have a place.
  const auto name = HostPath(base).filename().string();
  if (!is_folder || name == "..") return;
  throw document.error(
      pattern,
      format("'{}' would put the files of a folder outside of the project flat into the bundle's root",
             pattern.text),
      format("leave it out, and write [[source]] with from = \"{}\" and to = \"{}\"; or to = \".\" for the "
             "root",
             base, name));
}

// What to do about a reserved variable that the user set to `value`.
std::string way_out_for(const ReservedVariable& variable, const std::string& value) {
  if (variable.key.empty()) return "leave it out: Lambda sets it itself";
  const bool number = variable.key == "memory";
  const auto* quote = number ? "" : "\"";
  return format("leave it out, and write {} = {}{}{} under [function], which sets it", variable.key, quote,
                value, quote);
}

}  // namespace

Function read_function(const TomlTable& table, const HostPath& folder, bool with_command) {
  const auto& document = table.document();
  Function function;
  const auto& name = table.need("name", Kind::text);
  check_name(document, name);
  function.name = name.text;
  function.runtime = read_runtime(table);
  const auto& handler = table.need("handler", Kind::text);
  check_handler(document, handler, function.runtime.language);
  function.handler = handler.text;
  function.architecture = table.choice<Architecture>(
      "architecture", {{"x86_64", Architecture::x86_64}, {"arm64", Architecture::arm64}},
      Architecture::x86_64);
  function.only_placed = table.find_any("source") != nullptr && table.texts("source").empty();
  for (const auto* pattern : table.texts("source")) {
    if (with_command) {
      search_for(document, *pattern, folder);
    } else {
      existing_files(document, *pattern, folder);
    }
    refuse_flattening(document, *pattern, folder);
    function.source.push_back(pattern->text);
  }
  if (const auto* requirements = table.find("requirements", Kind::text))
    function.requirements = existing_file(document, *requirements, folder);
  function.extras = table.plain_texts("extras");
  function.groups = table.plain_texts("groups");
  for (const auto* key : {"extras", "groups"}) {
    const auto* node = table.find_any(key);
    if (node == nullptr) continue;
    if (function.runtime.language != Language::python)
      throw document.error(*node, format("'{}' is for Python's lock files", key),
                           "for npm, move the packages from devDependencies to dependencies");
    if (!function.requirements)
      throw document.error(*node, format("'{}' without 'requirements'", key),
                           "name the lock file or the pyproject.toml that has them as `requirements`");
  }
  function.deployment = read_deployment(table);
  function.allow_secrets = read_user_globs(table, "allow_secrets");
  return function;
}

std::vector<PlacedSource> read_placed_sources(const std::vector<TomlTable>& tables, const HostPath& folder,
                                              bool with_command) {
  std::vector<PlacedSource> sources;
  for (const auto& table : tables) {
    const auto& document = table.document();
    const auto& from = table.need("from", Kind::text);
    if (from.text.find_first_of("*?") != std::string::npos)
      throw document.error(from, format("'{}' is a glob; `from` is one file or folder", from.text),
                           "write one [[source]] for each, or name the folder and leave out the rest by "
                           ".lbundleignore");
    if (from.text.empty())
      throw document.error(from, "'from' is empty",
                           "name the file or folder to bundle; \".\" is this folder");
    PlacedSource source;
    source.from = from.text;
    source.path =
        with_command ? (folder / from.text).lexically_normal() : existing_path(document, from, folder);
    while (source.path.filename() == ".") source.path = source.path.parent_path();
    const auto* to = table.find("to", Kind::text);
    const auto target = to == nullptr ? source.path.filename().string() : to->text;
    const auto place = BundlePath::parse(target);
    if (!place || target.empty())
      throw document.error(*to, format("'{}' is not a place in the bundle", target),
                           "write a path relative to the bundle's root, such as \"common\", or \".\" for the "
                           "root");
    source.to = *place;
    source.to_folder = place->is_root() || target.ends_with('/');
    sources.push_back(std::move(source));
  }
  return sources;
}

std::map<std::string, std::string> read_environment(const TomlDocument& document, const TomlNode& table) {
  std::map<std::string, std::string> environment;
  if (table.kind != Kind::table) throw document.error(table, "'environment' must be a table");
  for (const auto& [key, line, column, value] : table.entries) {
    const auto refuse = [&, l = line, c = column, k = key](const std::string& cause,
                                                           const std::string& hint) {
      return document.error_at(l, c, static_cast<int>(k.size()), cause, hint);
    };
    if (value.kind != Kind::text)
      throw document.error(value, format("'{}' must be a string", value.name), "put quotes around it");
    if (const auto* reserved = reserved_variable(key))
      throw refuse(format("Lambda reserves the variable '{}'", key), way_out_for(*reserved, value.text));
    if (key.empty() || key.find('=') != std::string::npos || key.find('\0') != std::string::npos)
      throw refuse(format("'{}' is not a variable name", key), "");
    environment.emplace(key, value.text);
  }
  return environment;
}

}  // namespace lbundle
