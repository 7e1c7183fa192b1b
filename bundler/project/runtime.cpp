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
  const TomlTable table(document, document.root(),
                        {"language", "version", "os", "glibc", "architectures", "deprecated", "library_path",
                         "provided_libraries", "source"});
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
  runtime.deprecated = table.text("deprecated").value_or("");
  runtime.library_path = plain_texts(table, "library_path");
  runtime.provided_libraries = plain_texts(table, "provided_libraries");
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
