#include "project/runtime.hpp"

#include <algorithm>

#include "embedded/rules.hpp"
#include "model/error.hpp"
#include "model/host_path.hpp"
#include "project/sourced_facts.hpp"
#include "project/toml_document.hpp"

namespace lbundle {

namespace {

constexpr std::string_view folder = "rules/runtimes/";

// A table whose keys are free and whose values are strings.
std::map<std::string, std::string> text_values(const TomlTable& table, std::string_view key) {
  std::map<std::string, std::string> values;
  const auto* node = table.find(key, TomlNode::Kind::table);
  if (node == nullptr) return values;
  for (const auto& entry : node->entries) {
    if (entry.value.kind != TomlNode::Kind::text)
      throw table.document().error(entry.value, "it must be a string");
    values.emplace(entry.key, entry.value.text);
  }
  return values;
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
  const TomlTable table(document, document.root(),
                        {"language", "version", "os", "glibc", "symbol_versions", "x86_64_level",
                         "architectures", "deprecated", "create_blocked", "update_blocked", "library_path",
                         "provided_libraries", "preinstalled", "client", "switched_off", "source"});
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
  runtime.deprecated = date_of(table, "deprecated");
  runtime.create_blocked = date_of(table, "create_blocked");
  runtime.update_blocked = date_of(table, "update_blocked");
  runtime.library_path = plain_texts(table, "library_path");
  runtime.provided_libraries = plain_texts(table, "provided_libraries");
  runtime.preinstalled = text_values(table, "preinstalled");
  runtime.client = table.text("client").value_or("");
  runtime.switched_off = plain_texts(table, "switched_off");
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
