#include "settings_of.hpp"

#include <algorithm>

#include "model/text.hpp"
#include "publish.hpp"
#include "python/missing_module.hpp"
#include "python/requirement_list.hpp"

namespace lbundle {

namespace {

// The folder of `file`; the file itself if it is directly in the project's folder.
HostPath with_its_folder(const HostPath& file, const Project& project) {
  const auto folder = file.parent_path();
  return folder == project.folder ? file : folder;
}

// Returns the files and folders that the project file names and that are not own files: events, mounts,
// layers, seeds of services.
std::set<HostPath> other_inputs(const Project& project) {
  std::set<HostPath> paths;
  for (const auto& event : project.events) paths.insert(with_its_folder(event.file, project));
  for (const auto& mount : project.sandbox.mounts) paths.insert(mount.source);
  for (const auto& layer : project.layers) paths.insert(layer.zip);
  for (const auto& service : project.sandbox.services)
    for (const auto& seed : service.seed) paths.insert(with_its_folder(seed, project));
  return paths;
}

// Returns the files that lbundle itself reads or writes in a build or wrote in an earlier one, whether they
// exist or not.
std::vector<HostPath> files_of_this_run(const Project& project) {
  std::vector<HostPath> paths{project.file, project.access_log(), project.baseline()};
  for (const auto& event : project.events) paths.push_back(event.file);
  const Outputs usual{project.folder / "dist" / (project.function.name + ".zip")};
  auto zips = published_earlier(project.workspace());
  zips.push_back(usual.zip);
  if (project.output) zips.push_back(*project.output);
  for (const auto& zip : zips) {
    const Outputs outputs{zip};
    for (const auto& path : {outputs.zip, outputs.manifest(), outputs.page()}) paths.push_back(path);
  }
  return paths;
}

}  // namespace

BackendRequest backend_request(const Project& project, bool with_events) {
  return {project.stage, project.function.runtime, project.function.architecture,
          !project.sandbox.services.empty(), with_events && project.sandbox.mode != SandboxMode::none};
}

StagingInputs staging_inputs(const Project& project, const std::vector<HostPath>& layers) {
  OwnFileSettings own{project.file,
                      project.function.source,
                      project.function.only_placed,
                      project.function.requirements,
                      other_inputs(project),
                      project.function.placed,
                      {},
                      {}};
  own.of_this_run = files_of_this_run(project);
  if (project.stage.command) own.outputs = project.stage.command->outputs;
  return {project.function, project.stage, own, layers, project.workspace()};
}

EventSettings event_settings(const Project& project, const std::vector<HostPath>& layers) {
  return {project.function, project.environment, project.sandbox, layers, project.workspace()};
}

EvidenceSettings evidence_settings(const Project& project, EvidenceSource source, unsigned jobs) {
  const TraceOptions trace{project.trace.method, project.trace.runs, jobs,
                           source != EvidenceSource::committed_log,
                           [function = project.function, folder = project.folder](const std::string& module) {
                             const auto missing = explain_missing(module, function, folder);
                             return format("{}: {}", missing.cause, missing.hint);
                           }};
  return {source, project.function, project.events, project.access_log(), trace};
}

ShrinkSettings shrink_settings(const Project& project, const Interpreter& interpreter) {
  const bool has_layers = !project.layers.empty() || project.limits.layers_unzipped > ByteSize{};
  return {project.function, project.environment, project.prune, project.shrink, has_layers, interpreter, {}};
}

RepairSettings repair_settings(const Project& project) {
  return {project.prune, project.shrink, project.events};
}

JudgeSettings judge_settings(const Project& project, const std::vector<HostPath>& layers) {
  const LimitSettings limits{project.limits.direct_upload,
                             layers_size(project.layers, project.limits.layers_unzipped)};
  PackageUse use;
  use.runtime = project.function.runtime;
  use.architecture = project.function.architecture;
  use.handler = project.function.handler;
  use.handler_runs = true;
  use.layers = layers;
  use.layers_known = true;
  return {project.function,
          project.events,
          layers,
          use,
          limits,
          project.budget,
          project.baseline(),
          project.prune.drop,
          project.allow_failing_events};
}

bool has_all_layers(const Project& project) {
  return project.limits.layers_unzipped == ByteSize{};
}

Needs needs_of(const Project& project, bool runs_events, bool is_staged) {
  const auto& function = project.function;
  Needs needs;
  needs.runtime = function.runtime;
  needs.interpreter = project.stage.interpreter;
  needs.backend = project.stage.backend;
  needs.sandbox = project.sandbox.mode;
  needs.method = project.trace.method;
  needs.runs_events = runs_events;
  needs.has_requirements = function.requirements.has_value();
  if (needs.has_requirements && function.requirements->extension() == ".txt") {
    const auto list = read_requirement_list(*function.requirements);
    needs.asks_no_index = std::ranges::find(list.options, "--no-index") != list.options.end();
  }
  needs.is_staged = is_staged;
  needs.images = images_for(backend_request(project, true));
  needs.memory = project.sandbox.memory;
  return needs;
}

}  // namespace lbundle
