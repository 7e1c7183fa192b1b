// The problem: a mistake that shows at once ends a build only after pip has worked for a minute. The idea:
// everything that needs neither the network nor an installed package is asked first, the quickest questions
// before the slow ones. What is asked is the same code as `lbundle doctor` asks (preflight).
#include "prepare.hpp"

#include "preflight/event_files.hpp"
#include "preflight/probe_tracer.hpp"
#include "preflight/source_checks.hpp"
#include "sandbox/tracer_program.hpp"
#include "settings_of.hpp"
#include "staging/workspace.hpp"
#include "unsupported.hpp"

namespace lbundle {

namespace {

void throw_fault(const std::optional<Error>& fault) {
  if (fault) throw *fault;
}

// Why no event can run here; nothing if all can.
std::optional<Error> obstacle_to_events(const Project& project, Purpose purpose, const Backend& backend) {
  if (backend.running) {
    tracer_program();
    return std::nullopt;
  }
  if (!backend.without_sandbox) {
    if (auto obstacle = why_no_sandbox(backend)) return obstacle;
  }
  // From the committed log, events run without being traced.
  const auto method =
      purpose == Purpose::run_events ? std::optional(project.trace.method) : std::optional<TraceMethod>();
  return fault_of_tracer(method, !backend.without_sandbox);
}

}  // namespace

Prepared prepare(const Project& project, Purpose purpose, const Store& store, unsigned jobs) {
  require_bundleable(project.function);
  Prepared prepared;
  if (purpose != Purpose::stage_only) prepared.obstacle = why_not_runnable(project.function);
  if (prepared.obstacle && purpose == Purpose::run_events) throw *prepared.obstacle;
  const bool with_events = purpose != Purpose::stage_only && !prepared.obstacle;
  if (with_events) throw_fault(fault_of_events(project.events, project.folder));
  prepared.layers = unpack_layers(project.layers, project.workspace(), jobs);
  const auto file = project.file.filename().string();
  const auto handler =
      find_handler(project.function,
                   handler_places(staging_inputs(project, prepared.layers), has_all_layers(project)), file);
  throw_fault(handler.fault);
  prepared.backend = choose_backend(backend_request(project, with_events));
  prepared.backend.without_sandbox = project.sandbox.mode == SandboxMode::none;
  if (with_events) prepared.obstacle = obstacle_to_events(project, purpose, prepared.backend);
  if (prepared.obstacle && purpose == Purpose::run_events) throw *prepared.obstacle;
  prepared.interpreter = staging_interpreter(project.function.runtime, project.stage.interpreter, store);
  if (with_events)
    throw_fault(fault_of_function(handler, project.function, prepared.interpreter, store, file));
  return prepared;
}

}  // namespace lbundle
