// The problem: "python3.11" in PATH may be pyenv's shell script, a link of a virtual environment or missing,
// and the sandbox must mount the true program with its standard library. The idea: gather candidates by name,
// programs before scripts, and ask each one what and where it is, isolated from the user's settings.
// Rejected: reading the names of folders, because pyenv, uv, Debian and AWS's images each name them
// differently.
#include "python/interpreter.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <optional>

#include "model/error.hpp"
#include "model/text.hpp"
#include "os/environment.hpp"
#include "os/parallel.hpp"
#include "python/install_ways.hpp"
#include "python/interpreter_places.hpp"
#include "python/script.hpp"
#include "python/system_root.hpp"

namespace lbundle {

namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

bool is_script(const HostPath& path) {
  std::ifstream file(path.string(), std::ios::binary);
  std::array<char, 2> first{};
  file.read(first.data(), first.size());
  return first[0] == '#' && first[1] == '!';
}

std::vector<HostPath> path_folders() {
  std::vector<HostPath> folders;
  const char* variable = std::getenv("PATH");
  std::string_view rest = variable == nullptr ? "" : variable;
  while (!rest.empty()) {
    const auto colon = std::min(rest.find(':'), rest.size());
    if (colon > 0) folders.emplace_back(std::string(rest.substr(0, colon)));
    rest.remove_prefix(std::min(colon + 1, rest.size()));
  }
  return folders;
}

// Programs come first, in the order of PATH and of the usual places. Scripts, which only lead to programs,
// come last.
std::vector<HostPath> candidates(const std::string& minor) {
  auto folders = path_folders();
  const auto usual = usual_python_folders(minor, current_environment());
  folders.insert(folders.end(), usual.begin(), usual.end());
  std::vector<HostPath> programs;
  std::vector<HostPath> scripts;
  for (const auto& name : {"python" + minor, std::string("python3")}) {
    for (const auto& folder : folders) {
      const auto path = folder / name;
      boost::system::error_code ignored;
      if (!fs::is_regular_file(path, ignored)) continue;
      auto& list = is_script(path) ? scripts : programs;
      if (std::ranges::find(list, path) == list.end()) list.push_back(path);
    }
  }
  programs.insert(programs.end(), scripts.begin(), scripts.end());
  return programs;
}

bool is_of_minor(const Interpreter& interpreter, const std::string& minor) {
  return interpreter.version.starts_with(minor + ".");
}

}  // namespace

std::optional<Interpreter> ask_interpreter(const HostPath& program, const HostPath& root,
                                           std::chrono::milliseconds limit) {
  Interpreter asked;
  asked.program = program;
  asked.root = root;
  Command command;
  command.time_limit = limit;
  const auto end = run_python_script(asked, PythonStart::bare, "describe_interpreter", {}, command);
  const auto lines = lines_of(end.output);
  constexpr std::size_t facts = 5;
  if (!end.succeeded() || lines.size() < facts) return std::nullopt;
  const auto path = [&](const std::string& line) {
    return root.empty() ? HostPath(line) : file_in_root(root, line);
  };
  asked.version = lines[0];
  asked.cache_tag = lines[1];
  asked.program = path(lines[2]);
  asked.prefix = path(lines[3]);
  asked.stdlib = path(lines[4]);
  for (auto line = lines.begin() + facts; line != lines.end(); ++line)
    asked.site_packages.push_back(path(*line));
  std::ranges::sort(asked.site_packages);
  return asked;
}

InterpreterSearch look_for_interpreter(const std::string& version) {
  InterpreterSearch search;
  for (const auto& candidate : candidates(version)) {
    auto asked = ask_interpreter(candidate, {});
    if (!asked) continue;
    if (is_of_minor(*asked, version)) {
      search.found = std::move(asked);
      return search;
    }
    if (search.others.empty()) search.others = format("{} is {}", candidate.string(), asked->version);
  }
  return search;
}

Interpreter find_interpreter(const Runtime& runtime) {
  auto search = look_for_interpreter(runtime.version);
  if (search.found) return std::move(*search.found);
  throw Error("find", "python" + runtime.version,
              format("no Python {} is in PATH or in a usual place{}{}", runtime.version,
                     search.others.empty() ? "" : "; ", search.others),
              "install it: " + way_to_python(runtime.version, install_ways({runtime.version})));
}

std::map<std::string, Interpreter> interpreters_here(const std::vector<std::string>& versions,
                                                     std::chrono::milliseconds limit) {
  std::vector<std::vector<HostPath>> wanted;
  std::map<HostPath, std::optional<Interpreter>> answers;
  for (const auto& version : versions) {
    wanted.push_back(candidates(version));
    for (const auto& program : wanted.back()) answers.emplace(program, std::nullopt);
  }
  std::vector<std::pair<const HostPath, std::optional<Interpreter>>*> questions;
  for (auto& question : answers) questions.push_back(&question);
  // They wait more for the disk than they compute.
  parallel_for(questions.size(), 2 * available_cores(), [&](std::size_t i) {
    questions[i]->second = ask_interpreter(questions[i]->first, {}, limit);
  });
  std::map<std::string, Interpreter> found;
  for (std::size_t i = 0; i < versions.size(); ++i) {
    for (const auto& program : wanted[i]) {
      const auto& answer = answers.at(program);
      if (answer && is_of_minor(*answer, versions[i])) found.emplace(versions[i], *answer);
    }
  }
  return found;
}

Interpreter find_any_python() {
  // os.pidfd_open came with 3.9.
  constexpr int oldest_minor = 9;
  for (const auto& candidate : candidates("3.11")) {
    const auto found = ask_interpreter(candidate, {});
    if (found && found->version.starts_with("3.") && std::atoi(found->version.c_str() + 2) >= oldest_minor)
      return *found;
  }
  throw Error("find", "python3", "no Python 3.9 or later is in PATH or in a usual place",
              "install it, as `apt-get install python3` does");
}

}  // namespace lbundle
