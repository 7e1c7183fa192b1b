// The problem: some containers permit no sandbox at all, and their users trust the function. But /var/task
// cannot be made there, and two trees run at once. The idea: a folder holds links to what a sandbox would
// show. The paths of Lambda are replaced in what the driver gets, and the other way round in what comes back,
// so that answers of two trees can be compared. Rejected: links at /var/task itself, which only root can
// make, and only for one tree at a time.
#include "sandbox/unconfined.hpp"

#include <algorithm>
#include <cctype>

#include "model/lambda_paths.hpp"
#include "model/text.hpp"
#include "os/atomic_file.hpp"
#include "os/memory_file.hpp"
#include "sandbox/lambda_environment.hpp"
#include "sandbox/program_driver.hpp"

namespace lbundle {

namespace {

// Where lbundle shows files of its own that take the place of the handler (sandbox/stand_in.cpp).
constexpr const char* own_folder = "/var/lbundle";

bool is_own(const Mount& mount) {
  return mount.target.starts_with(std::string(own_folder) + "/");
}

void refuse_what_needs_a_sandbox(const SandboxPlan& plan) {
  const char* what = nullptr;
  if (!plan.settings.services.empty()) what = "[[sandbox.service]]";
  if (!std::ranges::all_of(plan.settings.mounts, is_own)) what = "[[sandbox.mount]]";
  if (!plan.interpreter.root.empty()) what = "an interpreter of another system";
  if (what == nullptr) return;
  throw Error("run events without a sandbox", plan.function_name, format("{} needs one", what),
              "leave out --sandbox none (or `mode` of [sandbox]), and permit a sandbox");
}

void link(const HostPath& root, const std::string& place, const HostPath& target) {
  const auto path = root / HostPath(place).relative_path();
  fs::create_directories(path.parent_path());
  boost::system::error_code ignored;
  if (!fs::exists(fs::symlink_status(path, ignored))) fs::create_symlink(target, path);
}

void link_entries(const HostPath& root, const HostPath& folder) {
  if (folder.empty()) return;
  for (const auto& entry : fs::directory_iterator(folder))
    link(root, path_in(runtime_root, entry.path().filename().string()), entry.path());
}

bool continues_name(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.';
}

// Replaces a path where it is not a part of a longer name.
void replace_path(std::string& text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at)) {
    const auto end = at + from.size();
    const bool whole = (at == 0 || (!continues_name(text[at - 1]) && text[at - 1] != '/')) &&
                       (end == text.size() || !continues_name(text[end]));
    if (whole) text.replace(at, from.size(), to);
    at += whole ? to.size() : 1;
  }
}

}  // namespace

Relocation::Relocation(const SandboxPlan& plan, const SandboxFiles& files, const HostPath& root) {
  refuse_what_needs_a_sandbox(plan);
  fs::create_directories(root / "opt");
  // The driver is found by the path of its own file, so it is no link.
  const auto driver = root / HostPath(bootstrap_in_sandbox).relative_path();
  fs::create_directories(driver.parent_path());
  write_file(driver, read_text_file(files.driver));
  link(root, driver_package_in_sandbox, files.modules);
  link(root, tracer_in_sandbox, files.tracer);
  link_entries(root, plan.client);
  link_entries(root, plan.runtime_packages);
  if (needs_own_driver(plan)) {
    for (const auto& [source, target] : driver_mounts(plan)) link(root, target, source);
  } else {
    link(root, interpreter_in_sandbox(plan), plan.interpreter.program);
  }
  for (const auto& mount : plan.settings.mounts) link(root, mount.target, mount.source);
  const auto below = [&](const char* place) { return (root / HostPath(place).relative_path()).string(); };
  places_ = {{task_root, plan.tree.string()},
             {layer_root, files.layers.empty() ? below(layer_root) : files.layers.string()},
             {runtime_root, below(runtime_root)},
             {own_folder, below(own_folder)},
             {language_root, below(language_root)}};
}

std::string Relocation::to_machine(std::string text) const {
  for (const auto& [lambda, machine] : places_) replace_path(text, lambda, machine);
  return text;
}

std::string Relocation::to_lambda(std::string text) const {
  for (const auto& [lambda, machine] : places_) replace_path(text, machine, lambda);
  return text;
}

UnconfinedEnd run_unconfined(const SandboxPlan& plan, const Relocation& relocation,
                             const std::string& request, const std::vector<std::string>& program,
                             std::chrono::milliseconds time_limit) {
  const auto requests = memory_file("request", request);
  const auto answers = memory_file("answer", "");
  const auto log = memory_file("log", "");
  Command command;
  for (const auto& word : program) command.arguments.push_back(relocation.to_machine(word));
  command.environment.emplace();
  for (const auto& [name, value] : lambda_environment(plan))
    command.environment->emplace(name, relocation.to_machine(value));
  command.folder = plan.tree;
  command.time_limit = time_limit;
  command.own_keyring = true;
  command.most_output = most_log;
  command.descriptors = {{3, requests.number()}, {4, answers.number()}, {6, log.number()}};
  UnconfinedEnd ended;
  ended.end = run(command);
  ended.end.output = relocation.to_lambda(ended.end.output);
  ended.end.error_output = relocation.to_lambda(ended.end.error_output);
  ended.records = relocation.to_lambda(read_back(answers));
  ended.log = relocation.to_lambda(read_back(log));
  return ended;
}

}  // namespace lbundle
