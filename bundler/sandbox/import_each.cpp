// The idea is that of native_probe.cpp: a script of ours takes the handler's place in the same sandbox. What
// a module does when it is imported, and how it ends, is seen by the process that has forked for it
// (import_each.py).
#include "sandbox/import_each.hpp"

#include <algorithm>

#include "embedded/sandbox_scripts.hpp"
#include "json/json.hpp"
#include "os/atomic_file.hpp"
#include "os/digest_of.hpp"
#include "os/temp_dir.hpp"
#include "sandbox/stand_in.hpp"

namespace lbundle {

namespace {

// The largest packages take a few seconds on a slow machine; under a tracer a few times that.
constexpr std::chrono::seconds time_for_module{20};
constexpr std::chrono::seconds time_for_module_alone{60};
constexpr std::chrono::seconds least_time_for_all_modules{120};
constexpr std::chrono::milliseconds time_for_each_module{500};
// For the answer itself.
constexpr std::chrono::seconds time_to_answer{20};
// Processes that were forked write to pages that they shared, and import packages of their own.
constexpr int processes_with_packages = 4;

SandboxPlan plan_of(SandboxPlan plan, const HostPath& folder) {
  const std::string name = "lbundle_import_each.py";
  write_file(folder / name, embedded_sandbox_scripts_text("import_each.py"));
  plan.settings.services.clear();
  plan.settings.network = Network::none;
  for (auto& mount : plan.settings.mounts) mount.writable = false;
  plan.settings.memory *= processes_with_packages;
  put_in_place(plan, folder, name);
  return plan;
}

Event event_of(SandboxPlan& plan, const ImportRequest& request, int memory, const HostPath& folder) {
  const auto each = request.alone ? time_for_module_alone : time_for_module;
  const auto all = std::max<std::chrono::milliseconds>(least_time_for_all_modules + each,
                                                       time_for_each_module * request.modules.size());
  auto own = Json::array();
  for (const auto& path : request.own) own.push_back(path.bytes());
  Event event;
  event.name = "import of each module";
  event.file = folder / "modules.json";
  write_file(event.file,
             to_line({{"modules", request.modules},
                      {"own", std::move(own)},
                      {"alone", request.alone},
                      {"jobs", std::max(1U, request.jobs)},
                      {"seconds", each.count()},
                      {"all_seconds", std::chrono::duration_cast<std::chrono::seconds>(all).count()},
                      {"memory", std::int64_t{memory} << 20}}));
  plan.settings.timeout = all + time_to_answer;
  return event;
}

template <typename Run>
std::optional<std::vector<ImportOutcome>> outcomes_of(const SandboxPlan& plan, const ImportRequest& request,
                                                      const Run& run) {
  if (request.modules.empty()) return std::vector<ImportOutcome>{};
  const TempDir folder(plan.scratch, "imports");
  auto changed = plan_of(plan, folder.path());
  const auto event = event_of(changed, request, plan.settings.memory, folder.path());
  const Answer answer = run(changed, event);
  if (!answer.returned) return std::nullopt;
  return outcomes_from_record(answer.result, request.modules.size());
}

Json json_of(const ImportOutcome& outcome) {
  if (outcome.kind == ImportOutcome::Kind::not_tried) return nullptr;
  if (outcome.kind == ImportOutcome::Kind::imported) return outcome.read_own ? 1 : 0;
  return {{"type", outcome.type},
          {"message", outcome.message},
          {"names", outcome.names},
          {"files", outcome.files},
          {"distributions", outcome.distributions},
          {"asked_names", outcome.asked_names},
          {"asked_files", outcome.asked_files},
          {"own", outcome.read_own}};
}

ImportOutcome outcome_from(const Json& json) {
  using Names = std::vector<std::string>;
  ImportOutcome outcome;
  if (json.is_null()) return outcome;
  if (json.is_number_integer()) {
    outcome.kind = ImportOutcome::Kind::imported;
    outcome.read_own = json.get<int>() != 0;
    return outcome;
  }
  const auto names = [&](const char* key) { return json.value(key, Names{}); };
  return {ImportOutcome::Kind::failed,
          json.at("own").get<bool>(),
          json.at("type").get<std::string>(),
          json.at("message").get<std::string>(),
          names("names"),
          names("files"),
          names("distributions"),
          names("asked_names"),
          names("asked_files")};
}

}  // namespace

std::optional<std::vector<ImportOutcome>> import_each(const SandboxPlan& plan, const ImportRequest& request) {
  return outcomes_of(plan, request, [](const SandboxPlan& changed, const Event& event) {
    return run_event(changed, event);
  });
}

std::optional<std::vector<ImportOutcome>> trace_imports(const SandboxPlan& plan, const ImportRequest& request,
                                                        TraceMethod method, const HostPath& log) {
  return outcomes_of(plan, request, [&](const SandboxPlan& changed, const Event& event) {
    return trace_event(changed, event, 1, method, log);
  });
}

std::string to_record(const std::vector<ImportOutcome>& outcomes) {
  auto list = Json::array();
  for (const auto& outcome : outcomes) list.push_back(json_of(outcome));
  return to_line(list);
}

std::optional<std::vector<ImportOutcome>> outcomes_from_record(std::string_view record, std::size_t count) {
  const auto json = Json::parse(record, nullptr, false);
  if (!json.is_array() || json.size() != count) return std::nullopt;
  std::vector<ImportOutcome> outcomes;
  try {
    for (const auto& one : json) outcomes.push_back(outcome_from(one));
  } catch (const JsonError&) {
    return std::nullopt;
  }
  return outcomes;
}

std::string import_each_version() {
  KeyBuilder key;
  key.add("import each 1").add(embedded_sandbox_scripts_text("import_each.py"));
  return to_hex(key.key());
}

}  // namespace lbundle
