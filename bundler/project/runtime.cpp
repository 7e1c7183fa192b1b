#include "project/runtime.hpp"

#include <algorithm>

#include "model/error.hpp"
#include "model/host_path.hpp"
#include "project/embedded_rules.hpp"
#include "project/sourced_facts.hpp"
#include "project/toml_document.hpp"

namespace lbundle {

namespace {

std::vector<Runtime> read_known_runtimes() {
  auto runtimes = parse_embedded_rules("rules/runtimes/", parse_runtime);
  std::ranges::sort(runtimes, {}, &Runtime::name);
  return runtimes;
}

}  // namespace

Runtime parse_runtime(const std::string& file, const std::string& text) {
  const TomlDocument document(file, text);
  const TomlTable table(
      document, document.root(),
      {"language", "version", "os", "glibc", "symbol_versions", "x86_64_level", "architectures", "deprecated",
       "create_blocked", "update_blocked", "library_path", "provided_libraries", "provided_programs",
       "preinstalled", "client", "switched_off", "detects_modules", "layer_folders", "source"});
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
  runtime.architectures = table.plain_texts("architectures");
  runtime.symbol_versions = text_map(table.text_entries("symbol_versions"));
  runtime.symbol_versions["GLIBC"] = runtime.glibc;
  runtime.x86_64_level = static_cast<unsigned>(table.integer("x86_64_level", 1, 4).value_or(1));
  runtime.deprecated = date_of(table, "deprecated");
  runtime.create_blocked = date_of(table, "create_blocked");
  runtime.update_blocked = date_of(table, "update_blocked");
  runtime.library_path = table.plain_texts("library_path");
  runtime.provided_libraries = table.plain_texts("provided_libraries");
  runtime.provided_programs = table.plain_texts("provided_programs");
  runtime.preinstalled = text_map(table.text_entries("preinstalled"));
  runtime.client = table.text("client").value_or("");
  runtime.switched_off = table.plain_texts("switched_off");
  const bool switched_off =
      std::ranges::find(runtime.switched_off, "detect-module") != runtime.switched_off.end();
  runtime.detects_modules = table.boolean("detects_modules").value_or(true) && !switched_off;
  runtime.layer_folders = table.plain_texts("layer_folders");
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
