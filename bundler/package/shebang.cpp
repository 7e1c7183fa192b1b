#include "package/shebang.hpp"

#include <algorithm>

#include "model/lambda_paths.hpp"
#include "model/text.hpp"

namespace lbundle {

namespace {

std::string_view last_part(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

// The program that env starts: the first word that is neither an option nor a variable.
std::string program_of_env(std::string_view argument) {
  while (!argument.empty()) {
    const auto end = std::min(argument.find_first_of(" \t"), argument.size());
    const auto word = argument.substr(0, end);
    if (!word.empty() && !word.starts_with('-') && word.find('=') == std::string_view::npos)
      return std::string(word);
    argument.remove_prefix(std::min(end + 1, argument.size()));
  }
  return {};
}

bool is_name_of_program(const Runtime& runtime, std::string_view name) {
  return name == "sh" ||
         std::ranges::find(runtime.provided_programs, name) != runtime.provided_programs.end();
}

// In Amazon Linux, /bin is a link to /usr/bin.
bool is_program_of(const Runtime& runtime, std::string_view path) {
  const auto name = last_part(path);
  const auto folder = path.substr(0, path.size() - name.size());
  return (folder == "/bin/" || folder == "/usr/bin/") && is_name_of_program(runtime, name);
}

std::string programs_text(const Runtime& runtime) {
  constexpr std::size_t most_shown = 6;
  std::string text = "sh";
  const auto& programs = runtime.provided_programs;
  const auto shown = std::min(programs.size(), most_shown);
  for (std::size_t i = 0; i < shown; ++i) text += ", " + programs[i];
  if (programs.size() > shown) text += format(" and {} more", programs.size() - shown);
  return text + " in /usr/bin";
}

InterpreterFault missing_in_system(const std::string& program, const PackageUse& use) {
  return {
      Severity::error,
      format("it is a script for {}, which {} does not have: `no such file or directory`", program,
             use.runtime.name),
      format("{} certainly has {}; put another interpreter into the zip, and name it as /var/task/…, or into "
             "a layer, as /opt/…",
             use.runtime.name, programs_text(use.runtime))};
}

// For an interpreter in the zip itself.
InterpreterFault fault_in_package(const std::string& program, const BundlePath& path,
                                  const PackageFiles& package) {
  const auto target = package.files.follow(path);
  if (!target || package.files.find_file(*target) == nullptr) {
    return {Severity::error, format("it is a script for {}, and the zip has no {}", program, path.bytes()),
            "put the interpreter into the zip, or name another one in the first line"};
  }
  const auto mode = package.mode(*target);
  if (mode && (*mode & 0111) == 0111) return {};
  return {Severity::error, format("it is a script for {}, and {} is not executable", program, path.bytes()),
          "chmod 0755 before zipping, or pack with lbundle"};
}

InterpreterFault fault_in_layers(const std::string& program, const std::string& path, const PackageUse& use) {
  if (use.is_in_layers(path)) return {};
  return {use.layers_known ? Severity::error : Severity::warning,
          format("it is a script for {}, which a layer must bring", program),
          format("give the function a layer that has {}", path)};
}

}  // namespace

ScriptInterpreter interpreter_of(std::string_view line) {
  line.remove_prefix(std::min<std::size_t>(2, line.size()));
  line = trimmed(line);
  const auto end = std::min(line.find_first_of(" \t"), line.size());
  return {std::string(line.substr(0, end)), std::string(trimmed(line.substr(end)))};
}

InterpreterFault fault_of(const ScriptInterpreter& interpreter, const PackageFiles& package,
                          const PackageUse& use) {
  const auto& program = interpreter.program;
  const auto in_folder = [&](const char* root) {
    return program.starts_with(std::string(root) + '/')
               ? BundlePath::parse(std::string_view(program).substr(std::string_view(root).size() + 1))
               : std::nullopt;
  };
  if (const auto path = in_folder(use.is_layer ? layer_root : task_root))
    return fault_in_package(program, *path, package);
  if (const auto path = in_folder(layer_root)) return fault_in_layers(program, path->bytes(), use);
  if (use.runtime.language != Language::provided) return {};
  if (!is_program_of(use.runtime, program)) return missing_in_system(program, use);
  if (last_part(program) != "env") return {};
  const auto started = program_of_env(interpreter.argument);
  if (started.starts_with('/')) return fault_of({started, {}}, package, use);
  if (is_name_of_program(use.runtime, started) || use.is_in_layers("bin/" + started)) return {};
  // Source of PATH: AWS Lambda developer guide, Defined runtime environment variables. It has /opt/bin.
  if (use.is_layer && package.files.contains(BundlePath("bin") / started)) return {};
  return missing_in_system(started, use);
}

}  // namespace lbundle
