#include "prepare.hpp"

#include "settings_of.hpp"
#include "staging/workspace.hpp"
#include "unsupported.hpp"

namespace lbundle {

Prepared prepare(const Project& project, Purpose purpose, const Store& store, unsigned jobs) {
  require_bundleable(project.function);
  Prepared prepared;
  if (purpose != Purpose::stage_only) prepared.obstacle = why_not_runnable(project.function);
  if (prepared.obstacle && purpose == Purpose::run_events) throw *prepared.obstacle;
  prepared.interpreter = staging_interpreter(project.function.runtime, project.stage.interpreter, store);
  const bool with_events = purpose != Purpose::stage_only && !prepared.obstacle;
  prepared.backend = choose_backend(backend_request(project, with_events));
  prepared.backend.without_sandbox = project.sandbox.mode == SandboxMode::none;
  if (with_events && !prepared.backend.without_sandbox) prepared.obstacle = why_no_sandbox(prepared.backend);
  if (prepared.obstacle && purpose == Purpose::run_events) throw *prepared.obstacle;
  prepared.layers = unpack_layers(project.layers, project.workspace(), jobs);
  return prepared;
}

}  // namespace lbundle
