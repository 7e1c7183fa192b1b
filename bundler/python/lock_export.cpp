// The problem: a lock file's format belongs to its tool, changes with it, and has more than pins: groups,
// markers, sources, members of a workspace. The idea: the tool itself writes what pip can install. Its
// version is pinned in rules/tools.toml, and it has its own home folder, so no setting of the user changes
// the result. The store remembers what it wrote. Rejected: reading the formats here; the tool on the user's
// PATH, because the result would depend on its version.
#include "python/lock_export.hpp"

#include <algorithm>
#include <array>

#include "model/distribution.hpp"
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

// The sets of dependencies to add to the main ones.
struct WantedSets {
  std::vector<std::string> extras, groups;
};

bool wants_development(const WantedSets& wanted) {
  return std::ranges::any_of(wanted.groups, [](const auto& name) { return normalised_name(name) == "dev"; });
}

Words command_of_uv(const HostPath& program, const WantedSets& wanted) {
  Words words{program.string(), "export",      "--frozen",        "--no-emit-project",
              "--no-editable",  "--no-header", "--no-annotate",   "--no-python-downloads",
              "--offline",      "--format",    "requirements-txt"};
  // To exclude a group wins over to include it.
  if (!wants_development(wanted)) words.emplace_back("--no-dev");
  for (const auto& extra : wanted.extras) words.insert(words.end(), {"--extra", extra});
  for (const auto& group : wanted.groups) words.insert(words.end(), {"--group", group});
  return words;
}

Words command_of(const Format& format_of, const Tool& tool, const WantedSets& wanted) {
  const std::string name = format_of.tool;
  if (name == "uv") return command_of_uv(tool.folder / "bin/uv", wanted);
  Words words{tool.folder.string(), name};
  std::string sets = name == "poetry" ? "main" : "packages";
  for (const auto& group : wanted.groups) sets += (name == "poetry" ? "," : " ") + group;
  Words task = name == "poetry"
                   ? Words{"export", "--no-interaction", "--format", "requirements.txt", "--only", sets}
                   : Words{"requirements", "--hash"};
  if (name == "pipenv" && !wanted.groups.empty()) task.push_back("--categories=" + sets);
  for (const auto& extra : wanted.extras) task.insert(task.end(), {"--extras", extra});
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
std::string ask_tool(const Format& format_of, const HostPath& lock, const WantedSets& wanted,
                     const Store& store) {
  log_step(format("{} reads {}", format_of.tool, format_of.lock));
  const auto tool = tool_named(format_of.tool, store);
  const TempDir home(temporary_folder(), "lbundle-export");
  Command command;
  command.arguments = command_of(format_of, tool, wanted);
  command.environment = environment_of_tools(home.path());
  command.folder = lock.parent_path();
  const auto end = run(command);
  if (end.succeeded()) return end.output;
  throw Error("read", lock.string(), format("{} refuses it", tool_pins(format_of.tool).packages.front()),
              format("lock again with {}, so that {} and {} agree", format_of.tool, format_of.manifest,
                     format_of.lock))
      .with_detail(last_lines(end.error_output.empty() ? end.output : end.error_output, 8));
}

// Throws Error unless `known` has each of `names`, in any spelling. `kind`: "extra", "group".
void require_known(const std::vector<std::string>& names,
                   const std::map<std::string, std::vector<std::string>>& known, const std::string& kind,
                   const HostPath& file) {
  std::string list;
  for (const auto& [name, lines] : known) list += (list.empty() ? "" : ", ") + name;
  for (const auto& asked : names) {
    if (std::ranges::any_of(
            known, [&](const auto& each) { return normalised_name(each.first) == normalised_name(asked); }))
      continue;
    throw Error("read", file.string(), format("it has no {} '{}'", kind, asked),
                list.empty() ? format("it has no {}s at all; leave `{}s` out", kind, kind)
                             : format("its {}s: {}", kind, list))
        .with_status(ExitStatus::wrong_usage);
  }
}

// Returns the wanted sets under the names that the manifest gives them.
WantedSets known_sets(const Function& function, const HostPath& manifest) {
  WantedSets wanted{function.extras, function.groups};
  if (wanted.extras.empty() && wanted.groups.empty()) return wanted;
  const auto sets = dependency_sets(manifest);
  require_known(wanted.extras, sets.extras, "extra", manifest);
  require_known(wanted.groups, sets.groups, "group", manifest);
  const auto spelled = [](std::vector<std::string>& names, const auto& known) {
    for (auto& name : names)
      for (const auto& [spelling, lines] : known)
        if (normalised_name(spelling) == normalised_name(name)) name = spelling;
  };
  spelled(wanted.extras, sets.extras);
  spelled(wanted.groups, sets.groups);
  return wanted;
}

std::string exported(const Format& format_of, const Function& function, const HostPath& lock,
                     const Store& store) {
  const auto manifest = lock.parent_path() / format_of.manifest;
  if (!fs::is_regular_file(manifest)) {
    throw Error(
        "read", lock.string(),
        format("{} reads it together with {}, which is not beside it", format_of.tool, format_of.manifest),
        "put it there, or name a requirements.txt");
  }
  const auto wanted = known_sets(function, manifest);
  KeyBuilder key;
  for (const auto* names : {&wanted.extras, &wanted.groups}) {
    key.add(std::to_string(names->size()));
    for (const auto& name : *names) key.add(name);
  }
  key.add("export 2").add(read_text_file(lock)).add(read_text_file(manifest));
  for (const auto& package : tool_pins(format_of.tool).packages) key.add(package);
  const auto name = key.key();
  if (const auto known = store.find("export", name)) return std::string(as_text(*known));
  const auto text = ask_tool(format_of, lock, wanted, store);
  store.put("export", name, as_bytes(text));
  return text;
}

const Format* format_of_lock(const HostPath& file) {
  for (const auto& each : formats) {
    if (file.filename() == each.lock) return &each;
  }
  return nullptr;
}

std::string dependencies_of_pyproject(const Function& function, const HostPath& file) {
  const auto wanted = known_sets(function, file);
  auto lines = project_dependencies(file);
  const auto sets = dependency_sets(file);
  const auto add = [&](const std::vector<std::string>& names, const auto& known) {
    for (const auto& name : names) {
      const auto& more = known.at(name);
      lines.insert(lines.end(), more.begin(), more.end());
    }
  };
  add(wanted.extras, sets.extras);
  add(wanted.groups, sets.groups);
  std::string text;
  for (const auto& line : lines) text += line + '\n';
  return text;
}

// A list for pip has no extras and no groups of its own.
void refuse_sets(const Function& function, const HostPath& list) {
  if (function.extras.empty() && function.groups.empty()) return;
  const auto* key = function.extras.empty() ? "groups" : "extras";
  throw Error("read", list.string(),
              format("`{}` is for a lock file or a pyproject.toml, and this is a list for pip", key),
              "name the lock file or the pyproject.toml as `requirements`; in a list, write package[extra]")
      .with_status(ExitStatus::wrong_usage);
}

// Writes the text only if it differs from the file, so that an unchanged file keeps its date.
HostPath written(const HostPath& folder, const std::string& text) {
  auto file = folder / "requirements.txt";
  boost::system::error_code ignored;
  if (!fs::is_regular_file(file, ignored) || read_text_file(file) != text) write_file(file, text);
  return file;
}

}  // namespace

Function with_list_for_pip(Function function, const HostPath& folder, const Store& store) {
  if (!function.requirements) return function;
  auto file = *function.requirements;
  const auto from = file.parent_path();
  if (file.filename() == "pyproject.toml") {
    for (const auto& each : formats) {
      const auto lock = from / each.lock;
      if (std::string_view(each.manifest) != "pyproject.toml" || !fs::is_regular_file(lock)) continue;
      file = lock;
      break;
    }
  }
  std::string text;
  if (const auto* lock = format_of_lock(file)) {
    text = exported(*lock, function, file, store);
    function.lock_file = file;
  } else if (file.filename() == "pyproject.toml") {
    text = dependencies_of_pyproject(function, file);
  } else {
    refuse_sets(function, file);
    return function;
  }
  function.requirements = written(folder, to_text(parse_requirement_list(text, from)));
  return function;
}

}  // namespace lbundle
