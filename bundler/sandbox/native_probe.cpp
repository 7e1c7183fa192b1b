// The problem: a library that was written again, or that takes another one's place, may not load, or not in
// another order, and no event happens to load it that way. The idea: a handler of ours takes the place of the
// function's in the same sandbox, with the same environment, limits and interpreter. What loads there also
// loads in the function. Rejected: dlopen in lbundle itself, which is static and would use this machine's
// libraries; `ld.so --verify`, which runs no initialisers.
#include "sandbox/native_probe.hpp"

#include <algorithm>

#include "embedded/node_scripts.hpp"
#include "embedded/sandbox_scripts.hpp"
#include "json/json.hpp"
#include "model/text.hpp"
#include "os/atomic_file.hpp"
#include "os/digest_of.hpp"
#include "os/temp_dir.hpp"
#include "sandbox/stand_in.hpp"

namespace lbundle {

namespace {

// A library takes at most a tenth of a second; on a slow machine a few times that.
constexpr std::chrono::seconds least_time{60};
constexpr std::chrono::seconds time_for_each{1};

std::optional<std::vector<std::string>> faults_of_each(const Answer& answer, std::size_t count) {
  if (!answer.returned) return std::nullopt;
  const auto json = Json::parse(answer.result, nullptr, false);
  if (!json.is_array() || json.size() != count) return std::nullopt;
  if (!std::ranges::all_of(json, [](const Json& one) { return one.is_string(); })) return std::nullopt;
  return json.get<std::vector<std::string>>();
}

}  // namespace

bool can_load_each(const Runtime& runtime) {
  return runtime.language != Language::provided;
}

std::optional<std::vector<std::string>> load_each(SandboxPlan plan,
                                                  const std::vector<BundlePath>& libraries) {
  const TempDir folder(plan.scratch, "load");
  const std::string name = plan.node ? "lbundle_load_each.js" : "lbundle_load_each.py";
  write_file(folder.path() / name, plan.node ? embedded_node_scripts_text("load_each.cjs")
                                             : embedded_sandbox_scripts_text("load_each.py"));
  put_in_place(plan, folder.path(), name);
  // No service is needed.
  plan.settings.services.clear();
  plan.settings.timeout =
      std::max<decltype(plan.settings.timeout)>(least_time, time_for_each * libraries.size());
  auto paths = Json::array();
  for (const auto& library : libraries) paths.push_back(library.bytes());
  Event event;
  event.name = "load each library";
  event.file = folder.path() / "libraries.json";
  write_file(event.file, to_line(paths));
  return faults_of_each(run_event(plan, event), libraries.size());
}

std::vector<Answer> run_after_imports(SandboxPlan plan, const std::vector<std::string>& modules,
                                      const std::vector<Event>& events) {
  const TempDir folder(plan.scratch, "imports");
  const std::string name = "lbundle_import_first.py";
  const std::string settings = "lbundle_import_first.json";
  write_file(folder.path() / name, embedded_sandbox_scripts_text("import_first.py"));
  write_file(folder.path() / settings, to_line({{"modules", modules}, {"handler", plan.handler}}));
  put_in_place(plan, folder.path(), name);
  show_own_file(plan, folder.path(), settings);
  return run_sequence(plan, events);
}

std::string probe_version() {
  KeyBuilder key;
  key.add("probe 1")
      .add(embedded_sandbox_scripts_text("load_each.py"))
      .add(embedded_sandbox_scripts_text("import_first.py"))
      .add(embedded_node_scripts_text("load_each.cjs"));
  return to_hex(key.key());
}

}  // namespace lbundle
