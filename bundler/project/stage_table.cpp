// Reads [stage].
#include <stdexcept>

#include "model/glob.hpp"
#include "model/text.hpp"
#include "project/project_tables.hpp"
#include "project/system_library_rules.hpp"

namespace lbundle {

namespace {

using Kind = TomlNode::Kind;

SystemLibraryChoice read_system_libraries(const TomlTable& stage) {
  constexpr std::string_view key = "system_libraries";
  SystemLibraryChoice choice;
  const auto* node = stage.find_any(key);
  if (node == nullptr || (node->kind == Kind::text && node->text == "auto")) return choice;
  if (node->kind != Kind::array)
    throw stage.document().error(*node, "'system_libraries' is neither \"auto\" nor a list of names",
                                 "write \"auto\", or a list such as [\"expat\"], or [] to bring none");
  choice.automatic = false;
  std::vector<std::string_view> known;
  for (const auto& library : known_system_libraries()) known.push_back(library.name);
  for (const auto* name : stage.texts(key)) {
    if (find_system_library(name->text) == nullptr) throw stage.unknown_value(*name, known);
    choice.names.push_back(name->text);
  }
  return choice;
}

// Globs over the project's folder. They need not match anything yet.
std::vector<std::string> globs_of_key(const TomlTable& table, std::string_view key) {
  std::vector<std::string> globs;
  for (const auto* node : table.texts(key)) {
    try {
      auto pattern = std::string_view(node->text);
      while (pattern.starts_with("./")) pattern.remove_prefix(2);
      globs.push_back(Glob(pattern).pattern());
    } catch (const std::invalid_argument& mistake) {
      throw table.document().error(*node, format("bad glob '{}': {}", node->text, mistake.what()));
    }
  }
  return globs;
}

// "npm run build" is a line for the shell, as in package.json; a list is a program with its arguments.
std::optional<StageCommand> read_command(const TomlTable& table) {
  const auto* node = table.find_any("command");
  for (const auto* key : {"inputs", "outputs", "network"}) {
    if (const auto* other = table.find_any(key); other != nullptr && node == nullptr)
      throw table.document().error(*other, format("'{}' is for 'command', which is missing", key),
                                   "write command = \"npm run build\", or leave it out");
  }
  if (node == nullptr) return std::nullopt;
  StageCommand command;
  for (const auto* word : table.texts("command")) {
    command.words.push_back(word->text);
    command.text += (command.text.empty() ? "" : " ") + word->text;
  }
  if (command.text.empty()) throw table.document().error(*node, "the command is empty");
  if (node->kind == Kind::text) command.words = {"/bin/sh", "-c", command.text};
  command.inputs = globs_of_key(table, "inputs");
  command.outputs = globs_of_key(table, "outputs");
  if (command.outputs.empty())
    throw table.document().error(*node, "the command has no 'outputs'",
                                 "say which files it makes for the bundle: outputs = [\"dist/**\"]");
  command.network = table.choice<bool>("network", {{"none", false}, {"host", true}}, false);
  return command;
}

}  // namespace

StageSettings read_stage(const TomlTable& table) {
  StageSettings stage;
  stage.interpreter = table.choice<InterpreterChoice>(
      "interpreter", {{"fetch", InterpreterChoice::fetch}, {"find", InterpreterChoice::find}},
      InterpreterChoice::fetch);
  stage.backend = table.choice<BackendChoice>("backend",
                                              {{"auto", BackendChoice::automatic},
                                               {"container", BackendChoice::container},
                                               {"host", BackendChoice::host}},
                                              BackendChoice::automatic);
  stage.system_libraries = read_system_libraries(table);
  stage.image = table.text("image");
  stage.run_image = table.text("run_image");
  for (const auto* flag : table.texts("engine_flags")) stage.engine_flags.push_back(flag->text);
  stage.command = read_command(table);
  return stage;
}

}  // namespace lbundle
