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

// Returns the folders `bin` of those children of `parent` whose name starts with `prefix`, in order of their
// names.
std::vector<HostPath> installed_below(const HostPath& parent, const std::string& prefix) {
  std::vector<HostPath> folders;
  boost::system::error_code failure;
  for (fs::directory_iterator at(parent, failure), end; !failure && at != end; at.increment(failure)) {
    if (at->path().filename().string().starts_with(prefix)) folders.push_back(at->path() / "bin");
  }
  std::ranges::sort(folders);
  return folders;
}

// Where interpreters are that may not be in PATH: the system's, those of AWS's images, pyenv's and uv's.
std::vector<HostPath> usual_folders(const std::string& minor) {
  std::vector<HostPath> folders{"/usr/bin", "/usr/local/bin", "/var/lang/bin"};
  const char* home = std::getenv("HOME");
  const char* pyenv = std::getenv("PYENV_ROOT");
  const auto append = [&](const std::vector<HostPath>& more) {
    folders.insert(folders.end(), more.begin(), more.end());
  };
  if (pyenv != nullptr) append(installed_below(HostPath(pyenv) / "versions", minor + "."));
  if (home != nullptr) {
    if (pyenv == nullptr) append(installed_below(HostPath(home) / ".pyenv/versions", minor + "."));
    append(installed_below(HostPath(home) / ".local/share/uv/python", "cpython-" + minor + "."));
  }
  return folders;
}

// Programs come first, in the order of PATH and of the usual places. Scripts, which only lead to programs,
// come last.
std::vector<HostPath> candidates(const std::string& minor) {
  auto folders = path_folders();
  const auto usual = usual_folders(minor);
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

std::optional<Interpreter> ask_interpreter(const HostPath& program, const HostPath& root) {
  Interpreter asked;
  asked.program = program;
  asked.root = root;
  Command command;
  command.time_limit = std::chrono::seconds(10);
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
              format("install it, as `uv python install {0}` does", runtime.version));
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
