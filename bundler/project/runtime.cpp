#include "project/runtime.hpp"

#include <algorithm>

#include "embedded/rules.hpp"
#include "model/error.hpp"
#include "model/host_path.hpp"
#include "project/toml_document.hpp"

namespace lbundle {

namespace {

constexpr std::string_view folder = "rules/runtimes/";

std::vector<std::string> plain_texts(const TomlTable& table, std::string_view key) {
  std::vector<std::string> texts;
  for (const auto* node : table.texts(key)) texts.push_back(node->text);
  return texts;
}

// A table of texts under names of its own choice.
std::map<std::string, std::string> text_values(const TomlTable& table, std::string_view key) {
  std::map<std::string, std::string> values;
  const auto* node = table.find(key, TomlNode::Kind::table);
  if (node == nullptr) return values;
  for (const auto& entry : node->entries) {
    if (entry.value.kind != TomlNode::Kind::text)
      throw table.document().error(entry.value, "it must be a text");
    values.emplace(entry.key, entry.value.text);
  }
  return values;
}

// A day as ISO 8601 writes it, so that days compare as texts; empty where the key is absent.
std::string date(const TomlTable& table, std::string_view key) {
  const auto* node = table.find(key, TomlNode::Kind::text);
  if (node == nullptr) return {};
  constexpr std::string_view form = "dddd-dd-dd";
  const bool fits = std::ranges::equal(node->text, form, [](char is, char wanted) {
    return wanted == 'd' ? is >= '0' && is <= '9' : is == wanted;
  });
  if (!fits) throw table.document().error(*node, "it is no date such as 2026-10-31");
  return node->text;
}

// Every fact must say where it was read, and when.
void check_sources(const TomlTable& table) {
  std::vector<std::string> sourced;
  for (const auto& source : table.tables("source", {"of", "text", "date"})) {
    source.need("text", TomlNode::Kind::text);
    source.need("date", TomlNode::Kind::text);
    std::ranges::move(plain_texts(source, "of"), std::back_inserter(sourced));
  }
  for (const auto& entry : table.node().entries) {
    if (entry.key == "source" || entry.key == "language") continue;
    if (std::ranges::find(sourced, entry.key) == sourced.end())
      throw table.document().error(entry.value, "no [[source]] says where this was read");
  }
}

std::vector<Runtime> read_known_runtimes() {
  std::vector<Runtime> runtimes;
  for (const auto& [file, text] : embedded_rules) {
    if (!file.starts_with(folder)) continue;
    try {
      runtimes.push_back(parse_runtime(std::string(file), std::string(text)));
    } catch (const Error& error) {
      throw BrokenAssumption(std::string(error.what()) + '\n' + error.detail());
    }
  }
  std::ranges::sort(runtimes, {}, &Runtime::name);
  return runtimes;
}

}  // namespace

Runtime parse_runtime(const std::string& file, const std::string& text) {
  const TomlDocument document(file, text);
  const TomlTable table(
      document, document.root(),
      {"language", "version", "os", "glibc", "symbol_versions", "x86_64_level", "architectures", "deprecated",
       "create_blocked", "update_blocked", "library_path", "provided_libraries", "preinstalled", "source"});
  Runtime runtime;
  runtime.name = HostPath(file).stem().string();
  table.need("language", TomlNode::Kind::text);
  runtime.language = table.choice<Language>(
      "language",
      {{"python", Language::python}, {"nodejs", Language::nodejs}, {"provided", Language::provided}},
      Language::python);
  runtime.version = table.text("version").value_or("");
  runtime.os = table.need("os", TomlNode::Kind::text).text;
  runtime.glibc = table.need("glibc", TomlNode::Kind::text).text;
  runtime.architectures = plain_texts(table, "architectures");
  runtime.symbol_versions = text_values(table, "symbol_versions");
  runtime.symbol_versions["GLIBC"] = runtime.glibc;
  runtime.x86_64_level = static_cast<unsigned>(table.integer("x86_64_level", 1, 4).value_or(1));
  runtime.deprecated = date(table, "deprecated");
  runtime.create_blocked = date(table, "create_blocked");
  runtime.update_blocked = date(table, "update_blocked");
  runtime.library_path = plain_texts(table, "library_path");
  runtime.provided_libraries = plain_texts(table, "provided_libraries");
  runtime.preinstalled = text_values(table, "preinstalled");
  check_sources(table);
  return runtime;
}

const std::vector<Runtime>& known_runtimes() {
  static const auto runtimes = read_known_runtimes();
  return runtimes;
}

const Runtime* find_runtime(const std::string& name) {
  const auto& all = known_runtimes();
  const auto found = std::ranges::find(all, name, &Runtime::name);
  return found == all.end() ? nullptr : &*found;
}

}  // namespace lbundle
