#include "cli/project_of.hpp"

#include "model/error.hpp"
#include "model/suggestion.hpp"
#include "model/text.hpp"
#include "os/bytes.hpp"
#include "project/other_runtimes.hpp"

namespace lbundle::cli {

namespace {

Runtime runtime_named(const std::string& name) {
  if (const auto* known = find_runtime(name)) return *known;
  if (const auto refusal = refusal_of_runtime(name, "the function")) {
    throw Error("use", "--runtime " + name, refusal->cause, refusal->hint)
        .with_status(ExitStatus::wrong_usage);
  }
  std::vector<std::string_view> names;
  for (const auto& runtime : known_runtimes()) names.emplace_back(runtime.name);
  const auto near = nearest_name(name, names);
  throw Error("use", "--runtime " + name, "lbundle knows no Lambda runtime of that name",
              near.empty() ? "" : format("did you mean '{}'?", near))
      .with_status(ExitStatus::wrong_usage);
}

}  // namespace

Project project_of(const HostPath& folder) {
  return read_project(find_project_file(folder.empty() ? fs::current_path() : folder));
}

void apply(const BuildCommand& command, Project& project) {
  if (command.backend) project.stage.backend = *command.backend;
  if (command.sandbox) project.sandbox.mode = *command.sandbox;
  if (command.level) project.prune.level = *command.level;
  project.allow_failing_events = command.allow_failing_events;
  if (command.pack_level) project.pack_level = *command.pack_level;
  for (const auto& glob : command.keep) project.prune.keep.push_back(command_line_glob("--keep", glob));
  for (const auto& glob : command.drop) project.prune.drop.push_back(command_line_glob("--drop", glob));
}

void apply(const TargetOptions& target, Project& project) {
  if (!target.runtime.empty()) project.function.runtime = runtime_named(target.runtime);
  if (!target.architecture.empty()) {
    const auto architecture = architecture_named(target.architecture);
    if (!architecture) {
      throw Error("use", "--arch " + target.architecture, "Lambda has only x86_64 and arm64")
          .with_status(ExitStatus::wrong_usage);
    }
    project.function.architecture = *architecture;
  }
}

std::optional<Function> judged_function(const TargetOptions& target, const std::optional<Project>& project) {
  auto judged = project.value_or(Project{});
  apply(target, judged);
  if (judged.function.runtime.name.empty()) return std::nullopt;
  return judged.function;
}

std::optional<Project> project_here() {
  HostPath file;
  try {
    file = find_project_file(fs::current_path());
  } catch (const Error&) {
    return std::nullopt;
  }
  // A project file that exists but is wrong is reported: its limits were meant to be used.
  return read_project(file);
}

ProjectToExamine project_to_examine(const HostPath& folder) {
  const auto place = folder.empty() ? fs::current_path() : folder;
  boost::system::error_code ignored;
  if (!fs::is_directory(place, ignored)) {
    throw Error("examine", folder.string(), "it is no folder", "name the folder of a project, or none")
        .with_status(ExitStatus::wrong_usage);
  }
  HostPath file;
  try {
    file = find_project_file(place);
  } catch (const Error&) {
    return {};
  }
  try {
    return {read_project(file), std::nullopt};
  } catch (const Error& mistake) {
    return {std::nullopt, mistake};
  }
}

Manifest last_manifest(const Project& project) {
  const auto name = project.function.name + ".manifest.json";
  std::optional<HostPath> newest;
  std::time_t newest_time = 0;
  for (const auto& candidate : {project.folder / "dist" / name, project.workspace() / "rejected" / name}) {
    boost::system::error_code failure;
    const auto time = fs::last_write_time(candidate, failure);
    if (failure || (newest && time <= newest_time)) continue;
    newest = candidate;
    newest_time = time;
  }
  if (!newest) {
    throw Error("read", (project.folder / "dist" / name).string(), "there is no manifest yet",
                "run `lbundle build` first");
  }
  return parse_manifest(read_text_file(*newest), newest->string());
}

}  // namespace lbundle::cli
