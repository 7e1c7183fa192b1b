#include "cli/command_tree.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <CLI/CLI.hpp>

#include "json/json.hpp"
#include "project/runtime.hpp"

namespace lbundle::cli {

namespace {

constexpr std::array<std::pair<std::string_view, ValueKind>, 9> kinds_of_values{
    {{"ZIP", ValueKind::file},
     {"FILE", ValueKind::file},
     {"LOG", ValueKind::file},
     {"OLD", ValueKind::file},
     {"NEW", ValueKind::file},
     {"PATH", ValueKind::file},
     {"DIR", ValueKind::folder},
     {"TREE", ValueKind::folder},
     {"LAYOUT", ValueKind::folder}}};

std::vector<std::string> split_choices(const std::string& names) {
  std::vector<std::string> choices(1);
  for (const char c : names) {
    if (c == '|') {
      choices.emplace_back();
    } else {
      choices.back() += c;
    }
  }
  return choices;
}

std::vector<std::string> names_of_commands(const CLI::App& app) {
  std::vector<std::string> names;
  for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(command->get_name());
  return names;
}

std::vector<std::string> choices_of(const std::string& value, const CLI::App& root) {
  if (value.find('|') != std::string::npos) return split_choices(value);
  if (value == "COMMAND") return names_of_commands(root);
  if (value != "RUNTIME") return {};
  std::vector<std::string> names;
  for (const auto& runtime : known_runtimes()) names.push_back(runtime.name);
  return names;
}

ValueKind kind_of_value(const std::string& value, const std::vector<std::string>& choices) {
  if (!choices.empty()) return ValueKind::choice;
  const auto found = std::ranges::find(kinds_of_values, std::string_view(value),
                                       &std::pair<std::string_view, ValueKind>::first);
  return found == kinds_of_values.end() ? ValueKind::text : found->second;
}

// CLI11 adds the description of a check to the name: "N:UINT in [1 - 1024]".
std::string value_name(const CLI::Option& option) {
  const auto name = option.get_type_name();
  return name.substr(0, name.find(':'));
}

OptionForm option_form(const CLI::Option& option, const CLI::App& root) {
  OptionForm form;
  for (const auto& name : option.get_snames()) form.names.push_back("-" + name);
  for (const auto& name : option.get_lnames()) form.names.push_back("--" + name);
  form.description = option.get_description();
  form.is_required = option.get_required();
  if (option.get_items_expected_max() == 0) return form;
  form.value = value_name(option);
  form.choices = choices_of(form.value, root);
  form.kind = kind_of_value(form.value, form.choices);
  form.may_repeat = option.get_expected_max() > 1;
  return form;
}

ArgumentForm argument_form(const CLI::Option& option, const CLI::App& root) {
  ArgumentForm form;
  form.name = option.get_name(true);
  form.description = option.get_description();
  form.is_required = option.get_required();
  const auto value = value_name(option);
  form.choices = choices_of(value.empty() ? form.name : value, root);
  form.kind = kind_of_value(form.name, form.choices);
  return form;
}

CommandForm command_form(const CLI::App& app, const CLI::App& root) {
  CommandForm form;
  form.name = app.get_name();
  form.description = app.get_description();
  form.footer = app.get_footer();
  for (const auto* option : app.get_options()) {
    if (option->nonpositional()) {
      form.options.push_back(option_form(*option, root));
    } else {
      form.arguments.push_back(argument_form(*option, root));
    }
  }
  return form;
}

Json json_of(const OptionForm& option) {
  return {{"names", option.names},
          {"value", option.value},
          {"kind", to_text(option.kind)},
          {"choices", option.choices},
          {"required", option.is_required},
          {"repeats", option.may_repeat},
          {"description", option.description}};
}

Json json_of(const ArgumentForm& argument) {
  return {{"name", argument.name},
          {"kind", to_text(argument.kind)},
          {"choices", argument.choices},
          {"required", argument.is_required},
          {"description", argument.description}};
}

Json json_of(const CommandForm& command) {
  Json json = {{"name", command.name},
               {"description", command.description},
               {"footer", command.footer},
               {"arguments", Json::array()},
               {"options", Json::array()}};
  for (const auto& argument : command.arguments) json["arguments"].push_back(json_of(argument));
  for (const auto& option : command.options) json["options"].push_back(json_of(option));
  return json;
}

}  // namespace

const char* to_text(ValueKind kind) {
  switch (kind) {
    case ValueKind::none:
      return "none";
    case ValueKind::text:
      return "text";
    case ValueKind::file:
      return "file";
    case ValueKind::folder:
      return "folder";
    case ValueKind::choice:
      return "choice";
  }
  return "";
}

CommandTree command_tree_of(const CLI::App& app) {
  CommandTree tree;
  tree.root = command_form(app, app);
  for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; }))
    tree.commands.push_back(command_form(*command, app));
  return tree;
}

std::string command_tree_json(const CommandTree& tree, const std::string& command) {
  const auto found = std::ranges::find(tree.commands, command, &CommandForm::name);
  if (found != tree.commands.end()) return to_pretty(json_of(*found));
  auto json = json_of(tree.root);
  json["commands"] = Json::array();
  for (const auto& each : tree.commands) json["commands"].push_back(json_of(each));
  return to_pretty(json);
}

}  // namespace lbundle::cli
