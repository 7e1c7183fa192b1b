// The problem: a lock file's format belongs to its tool, changes with it, and has more than pins: groups,
// markers, sources, members of a workspace. The idea: the tool itself writes what pip can install. Its
// version is pinned in rules/tools.toml, and it has its own home folder, so no setting of the user changes
// the result. The store remembers what it wrote. Rejected: reading the formats here; the tool on the user's
// PATH, because the result would depend on its version.
#include "python/lock_export.hpp"

#include <array>

#include "model/error.hpp"
#include "model/text.hpp"
#include "os/atomic_file.hpp"
#include "os/digest_of.hpp"
#include "os/log.hpp"
#include "os/spawn.hpp"
#include "os/temp_dir.hpp"
#include "project/pyproject.hpp"
#include "project/tool_pins.hpp"
#include "python/pip.hpp"
#include "python/requirement_list.hpp"
#include "python/script.hpp"
#include "python/tools.hpp"

namespace lbundle {

namespace {

struct Format {
  const char* lock;
  const char* manifest;  // the file that the tool reads beside it
  const char* tool;
};
constexpr std::array formats{Format{"uv.lock", "pyproject.toml", "uv"},
                             Format{"poetry.lock", "pyproject.toml", "poetry"},
                             Format{"Pipfile.lock", "Pipfile", "pipenv"}};

using Words = std::vector<std::string>;

Words command_of(const Format& format_of, const Tool& tool) {
  const std::string name = format_of.tool;
  if (name == "uv") {
    return {(tool.folder / "bin/uv").string(),
            "export",
            "--frozen",
            "--no-dev",
            "--no-emit-project",
            "--no-editable",
            "--no-header",
            "--no-annotate",
            "--no-python-downloads",
            "--offline",
            "--format",
            "requirements-txt"};
  }
  Words words{tool.folder.string(), name};
  const Words task =
      name == "poetry" ? Words{"export", "--no-interaction", "--format", "requirements.txt", "--only", "main"}
                       : Words{"requirements", "--hash"};
  words.insert(words.end(), task.begin(), task.end());
  return python_script_command(tool.python, PythonStart::with_packages, "run_tool", words);
}

// Returns the environment for the tools: their files go below `home`, and no setting of the user reaches
// them.
std::map<std::string, std::string> environment_of_tools(const HostPath& home) {
  auto environment = pip_environment();
  std::erase_if(environment, [](const auto& entry) {
    return entry.first.starts_with("UV_") || entry.first.starts_with("POETRY_") ||
           entry.first.starts_with("PIPENV_") || entry.first == "VIRTUAL_ENV";
  });
  environment["HOME"] = home.string();
  for (const auto* name : {"XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"}) environment.erase(name);
  environment["POETRY_VIRTUALENVS_CREATE"] = "false";
  environment["PIPENV_NOSPIN"] = "1";
  environment["NO_COLOR"] = "1";
  return environment;
}

// Returns what the tool prints for the lock file at `lock`. The tool's manifest is beside it.
std::string ask_tool(const Format& format_of, const HostPath& lock, const Store& store) {
  log_step(format("{} reads {}", format_of.tool, format_of.lock));
  const auto tool = tool_named(format_of.tool, store);
  const TempDir home(temporary_folder(), "lbundle-export");
  Command command;
  command.arguments = command_of(format_of, tool);
  command.environment = environment_of_tools(home.path());
  command.folder = lock.parent_path();
  const auto end = run(command);
  if (end.succeeded()) return end.output;
  throw Error("read", lock.string(), format("{} refuses it", tool_pins(format_of.tool).packages.front()),
              format("lock again with {}, so that {} and {} agree", format_of.tool, format_of.manifest,
                     format_of.lock))
      .with_detail(last_lines(end.error_output.empty() ? end.output : end.error_output, 8));
}

std::string exported(const Format& format_of, const HostPath& lock, const Store& store) {
  const auto manifest = lock.parent_path() / format_of.manifest;
  if (!fs::is_regular_file(manifest)) {
    throw Error(
        "read", lock.string(),
        format("{} reads it together with {}, which is not beside it", format_of.tool, format_of.manifest),
        "put it there, or name a requirements.txt");
  }
  KeyBuilder key;
  key.add("export 1").add(read_text_file(lock)).add(read_text_file(manifest));
  for (const auto& package : tool_pins(format_of.tool).packages) key.add(package);
  const auto name = key.key();
  if (const auto known = store.find("export", name)) return std::string(as_text(*known));
  const auto text = ask_tool(format_of, lock, store);
  store.put("export", name, as_bytes(text));
  return text;
}

const Format* format_of_lock(const HostPath& file) {
  for (const auto& each : formats) {
    if (file.filename() == each.lock) return &each;
  }
  return nullptr;
}

std::string dependencies_of_pyproject(const HostPath& file) {
  std::string text;
  for (const auto& line : project_dependencies(file)) text += line + '\n';
  return text;
}

// Writes the text only if it differs from the file, so that an unchanged file keeps its date.
HostPath written(const HostPath& folder, const std::string& text) {
  auto file = folder / "requirements.txt";
  boost::system::error_code ignored;
  if (!fs::is_regular_file(file, ignored) || read_text_file(file) != text) write_file(file, text);
  return file;
}

}  // namespace

HostPath requirements_for_pip(const HostPath& requirements, const HostPath& folder, const Store& store) {
  const auto from = requirements.parent_path();
  if (const auto* lock = format_of_lock(requirements))
    return written(folder, to_text(parse_requirement_list(exported(*lock, requirements, store), from)));
  if (requirements.filename() != "pyproject.toml") return requirements;
  for (const auto& each : formats) {
    if (std::string_view(each.manifest) == "pyproject.toml" && fs::is_regular_file(from / each.lock))
      return requirements_for_pip(from / each.lock, folder, store);
  }
  return written(folder, to_text(parse_requirement_list(dependencies_of_pyproject(requirements), from)));
}

}  // namespace lbundle
