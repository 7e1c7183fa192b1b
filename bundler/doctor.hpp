// `lbundle doctor`: what of a build works on this machine, and what mends the rest.
#pragma once

#include <optional>

#include "cache/store.hpp"
#include "model/error.hpp"
#include "preflight/check.hpp"
#include "project/project.hpp"

namespace lbundle {

struct Examination {
  std::optional<Project> project;
  Checks checks;
};

// What is examined. Without either, there is no project.
struct ProjectToExamine {
  std::optional<Project> project;
  std::optional<Error> mistake;  // the project file is wrong
};

// Asks the machine, and judges it: for the project, with its events and its handler, or, without one, for a
// build of any function. Ends within five seconds and fetches nothing.
Examination examine(const ProjectToExamine& examined, const Store& store, unsigned jobs);

}  // namespace lbundle
