// Prepares what a build, or a command for one of its stages, needs before the first stage.
#pragma once

#include <optional>

#include "cache/store.hpp"
#include "engine/container_choice.hpp"
#include "model/error.hpp"
#include "project/project.hpp"
#include "python/interpreter.hpp"

namespace lbundle {

// What the caller is going to do with the project.
enum class Purpose { stage_only, run_events, run_events_if_possible };

struct Prepared {
  Interpreter interpreter;  // the Python; empty for other runtimes
  Backend backend;
  std::vector<HostPath> layers;   // unpacked
  std::optional<Error> obstacle;  // why no event can run here; only for run_events_if_possible
};

// Throws Error if the project cannot be staged, or its events must run and cannot run here.
Prepared prepare(const Project& project, Purpose purpose, const Store& store, unsigned jobs);

}  // namespace lbundle
