// The problem: a bundler, a compiler of TypeScript or a renderer must run before there is anything to stage,
// and nobody knows what it reads or leaves behind. The idea: the project file says what goes in and what
// comes out. The command gets a copy of what goes in, in a sandbox that shows the machine's programs but
// nothing of the user's, and no network. So the copy's content, the command and its programs decide the
// result, which is kept under a key of these three. Rejected: running it in the project's folder, where
// leftovers of an earlier run and files that no list names decide the result; an image, because the tools of
// most projects are in node_modules already.
#include "staging/stage_command.hpp"

#include <cstdlib>
#include <set>
#include <sstream>

#include <sys/stat.h>

#include "cache/inventory.hpp"
#include "install/build_sandbox.hpp"
#include "install/npm_command.hpp"
#include "model/error.hpp"
#include "model/text.hpp"
#include "os/atomic_file.hpp"
#include "os/bubblewrap.hpp"
#include "os/digest_of.hpp"
#include "os/log.hpp"
#include "os/spawn.hpp"
#include "os/temp_dir.hpp"
#include "os/tree.hpp"
#include "project/folder_links.hpp"
#include "project/host_glob.hpp"
#include "staging/folder_walk.hpp"

namespace lbundle {

namespace {

constexpr const char* place = "/tmp/project";
constexpr const char* home = "/tmp/home";

bool is_above(const HostPath& folder, const HostPath& path) {
  const auto relative = path.lexically_relative(folder);
  return !relative.empty() && *relative.begin() != "..";
}

// The folders of installed tools that the command may use, each in a folder that it also gets.
std::vector<HostPath> folders_of_tools(const HostPath& project) {
  std::vector<HostPath> folders;
  boost::system::error_code ignored;
  for (const auto* name : {".venv", "venv"})
    if (fs::exists(project / name / "pyvenv.cfg", ignored)) folders.push_back(project / name);
  // A workspace has its packages in a folder above those of its members.
  const auto top = folder_of_links(project);
  for (auto at = project; is_above(top, fs::canonical(at, ignored)); at = at.parent_path()) {
    if (fs::is_directory(at / "node_modules", ignored)) folders.push_back(at / "node_modules");
    if (at == at.root_path()) break;
  }
  return folders;
}

// What the command gets.
struct Inputs {
  HostPath base;                // the folder that becomes `place`: the project's, or one above it
  std::set<HostPath> files;     // below the base
  std::vector<HostPath> tools;  // folders below the base
};

std::set<HostPath> input_files(const StageCommand& command, const OwnFileSettings& settings) {
  const auto project = settings.project_file.parent_path();
  std::set<HostPath> files;
  for (const auto& glob : command.inputs) {
    auto search = search_files(project, glob);
    if (search.files.empty())
      throw Error("stage", glob, "no file matches it", "correct `inputs` in [stage]")
          .with_status(ExitStatus::wrong_usage);
    files.insert(search.files.begin(), search.files.end());
  }
  if (!command.inputs.empty()) return files;
  auto excluded = settings.other_inputs;
  for (const auto* name : {"lbundle.toml", "lbundle.access.jsonl", "lbundle.baseline.json"})
    excluded.insert(project / name);
  for (const auto& [path, file] : files_below(project, project, std::move(excluded)))
    if (!matches_any(path.bytes(), command.outputs)) files.insert(file);
  return files;
}

Inputs inputs_of(const StageCommand& command, const OwnFileSettings& settings) {
  const auto project = settings.project_file.parent_path();
  Inputs inputs{project, input_files(command, settings), folders_of_tools(project)};
  const auto include = [&](const HostPath& path) {
    while (!is_above(inputs.base, path)) inputs.base = inputs.base.parent_path();
  };
  for (const auto& file : inputs.files) include(file);
  for (const auto& folder : inputs.tools) include(folder);
  return inputs;
}

// Words of the command that are programs, as PATH finds them, and the interpreters of those that are scripts.
std::set<HostPath> programs_of(const StageCommand& command) {
  std::set<HostPath> programs;
  std::string text = command.text;
  for (auto& c : text)
    if (std::string_view("&|;()<>\n").find(c) != std::string_view::npos) c = ' ';
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    const auto found = word.find('/') == std::string::npos ? HostPath(find_program(word)) : HostPath(word);
    boost::system::error_code failure;
    if (found.is_absolute() && fs::is_regular_file(found, failure))
      programs.insert(fs::canonical(found, failure));
  }
  // npm and what it starts are scripts of Node.js.
  for (const auto* name : {"node", "python3"})
    if (const auto program = find_program(name); !program.empty()) programs.insert(fs::canonical(program));
  return programs;
}

Digest key_of(const StageCommand& command, const OwnFileSettings& settings, const Inputs& inputs) {
  KeyBuilder key;
  key.add("command 1").add(command.network ? "network" : "alone");
  key.add(settings.project_file.parent_path().lexically_relative(inputs.base).string());
  for (const auto* list : {&command.words, &command.outputs}) {
    key.add(std::to_string(list->size()));
    for (const auto& word : *list) key.add(word);
  }
  for (const auto& file : inputs.files) {
    struct stat status {};
    if (stat(file.c_str(), &status) != 0) throw system_error("read", file.string(), errno);
    key.add(file.lexically_relative(inputs.base).string()).add((status.st_mode & S_IXUSR) != 0 ? "x" : "-");
    key.add(digest_of_file(file));
  }
  for (const auto& folder : inputs.tools) {
    // npm's own list has the version and the hash of each package.
    const auto list = folder / ".package-lock.json";
    key.add(folder.lexically_relative(inputs.base).string());
    key.add(fs::is_regular_file(list) ? digest_of_file(list) : tree_stamp(folder));
  }
  for (const auto& program : programs_of(command)) {
    struct stat status {};
    if (stat(program.c_str(), &status) != 0) continue;
    key.add(program.string()).add(format("{} {}", status.st_size, status.st_mtim.tv_sec));
  }
  return key.key();
}

void copy_inputs(const Inputs& inputs, const HostPath& copy) {
  for (const auto& file : inputs.files) {
    const auto target = copy / file.lexically_relative(inputs.base);
    fs::create_directories(target.parent_path());
    fs::copy_file(file, target, fs::copy_options::overwrite_existing);
  }
}

// Writes npm and npx as programs, in case this machine has none, and returns their folder.
HostPath own_npm(const Store& store, const HostPath& folder) {
  const auto tool = npm_folder(store);
  for (const auto* name : {"npm", "npx"}) {
    const auto script = tool / format("lib/node_modules/npm/bin/{}-cli.js", name);
    write_file(folder / name,
               format("#!/bin/sh\nexec {} {} \"$@\"\n", (tool / "bin/node").string(), script.string()));
    fs::permissions(folder / name, fs::owner_all | fs::group_read | fs::group_exe);
  }
  return folder;
}

// Shows the folders of PATH that are below a folder that the sandbox hides, such as those of nvm and pyenv. A
// folder "bin" needs what is beside it.
void show_programs(BuildSandbox& sandbox, const std::string& path) {
  const char* users = std::getenv("HOME");
  const HostPath home_folder = users == nullptr ? "/root" : users;
  std::istringstream folders(path);
  for (std::string text; std::getline(folders, text, ':');) {
    const HostPath folder = text;
    const auto above = folder.parent_path();
    if (!folder.is_absolute() || !is_above(home_folder, folder) || folder == home_folder) continue;
    const bool has_own_place = (folder.filename() == "bin" || folder.filename() == "shims") &&
                               above != home_folder && above != home_folder / ".local";
    sandbox.show(has_own_place ? above : folder);
  }
}

std::string path_of_programs(const Store& store, BuildSandbox& sandbox, const StageCommand& command,
                             const HostPath& work) {
  const char* users = std::getenv("PATH");
  std::string path = users == nullptr ? "/usr/local/bin:/usr/bin:/bin" : users;
  show_programs(sandbox, path);
  const bool names_node = command.text.find("npm") != std::string::npos ||
                          command.text.find("npx") != std::string::npos ||
                          command.text.find("node") != std::string::npos;
  if (!names_node || (!find_program("node").empty() && !find_program("npm").empty())) return path;
  const auto own = own_npm(store, work / "npm");
  sandbox.show(own);
  sandbox.show(npm_folder(store));
  return format("{}:{}:{}", path, own.string(), (npm_folder(store) / "bin").string());
}

// Nothing of the user's environment but PATH, and no date.
std::map<std::string, std::string> environment_of(const std::string& path) {
  return {{"PATH", path},
          {"HOME", home},
          {"TMPDIR", "/tmp"},
          {"LANG", "C.UTF-8"},
          {"TZ", "UTC"},
          {"CI", "true"},
          {"SOURCE_DATE_EPOCH", "315532800"},
          {"PYTHONHASHSEED", "0"},
          {"PYTHONDONTWRITEBYTECODE", "1"},
          {"npm_config_update_notifier", "false"},
          {"NODE_DISABLE_COMPILE_CACHE", "1"}};
}

Error command_failed(const StageCommand& command, const ProcessEnd& end) {
  constexpr std::size_t shown_lines = 25;
  constexpr int not_found = 127;
  std::string hint = "the lines above are the end of its output";
  if (end.exit_code == not_found) {
    hint += "; the sandbox has the programs of PATH, and node_modules and .venv of the project";
  } else if (!command.network) {
    hint += "; it sees the files that `inputs` names, and no network unless [stage] has network = \"host\"";
  } else {
    hint += "; it sees the files that `inputs` names";
  }
  auto output = end.output;
  if (!output.empty() && !output.ends_with('\n')) output += '\n';
  return Error("run", command.text, format("the command of [stage] ended with {}", describe(end)), hint)
      .with_detail(last_lines(output + end.error_output, shown_lines));
}

void run_in_sandbox(const StageCommand& command, const HostPath& project, const Inputs& inputs,
                    const HostPath& copy, const HostPath& work, const Store& store) {
  BuildSandbox sandbox({});
  sandbox.give(work / "home", home);
  sandbox.give(copy, place);
  if (!command.network) sandbox.leave_network();
  for (const auto& folder : inputs.tools) {
    const auto inside = folder.lexically_relative(inputs.base);
    fs::create_directories(copy / inside);
    sandbox.show(folder, place / inside);
  }
  const auto path = path_of_programs(store, sandbox, command, work);
  auto folder = project.lexically_relative(inputs.base);
  sandbox.enter(folder == "." ? HostPath(place) : place / folder);
  Command started;
  started.arguments = sandbox.around(command.words);
  started.environment = environment_of(path);
  started.own_keyring = true;
  const auto end = run(started);
  log_detail(end.output + end.error_output);
  if (!end.succeeded()) throw command_failed(command, end);
}

// Copies the files that `outputs` match to `target`, under their paths below the project's folder.
void collect_outputs(const StageCommand& command, const HostPath& made, const HostPath& target) {
  for (const auto& glob : command.outputs) {
    const auto files = files_matching(made, glob);
    if (files.empty())
      throw Error("stage", glob, format("the command `{}` made no file that matches it", command.text),
                  "correct `outputs` in [stage]; they are relative to the folder of the project file");
    for (const auto& file : files) {
      const auto to = target / file.lexically_relative(made);
      fs::create_directories(to.parent_path());
      fs::copy_file(file, to, fs::copy_options::overwrite_existing);
    }
  }
}

OwnFiles files_in(const HostPath& folder) {
  OwnFiles files;
  for (fs::recursive_directory_iterator at(folder), end; at != end; ++at)
    if (fs::is_regular_file(at->status()))
      files.emplace(BundlePath(at->path().lexically_relative(folder).string()), at->path());
  return files;
}

}  // namespace

OwnFiles run_stage_command(const StageCommand& command, const OwnFileSettings& settings, const Store& store) {
  const auto project = settings.project_file.parent_path();
  const auto inputs = inputs_of(command, settings);
  const auto made = store.folder() / "commands" / to_hex(key_of(command, settings, inputs));
  mark_used(made);
  if (fs::is_directory(made)) return files_in(made);
  require_bubblewrap();
  log_step(format("`{}` runs", command.text));
  const TempDir work(store.folder() / "tmp", "command");
  const auto copy = work.path() / "project";
  fs::create_directories(copy);
  copy_inputs(inputs, copy);
  run_in_sandbox(command, project, inputs, copy, work.path(), store);
  TempDir fresh(store.folder() / "commands", "making");
  collect_outputs(command, copy / project.lexically_relative(inputs.base), fresh.path());
  fresh.publish_unless_there(made);
  return files_in(made);
}

}  // namespace lbundle
