// Checks the files of a project's events.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/error.hpp"
#include "project/project.hpp"

namespace lbundle {

// Returns why the text of the event file `name` is no event; nothing if it is one. Lambda accepts only JSON.
// The error has line and column of the mistake, and shows the line.
std::optional<Error> fault_of_event(const std::string& name, const std::string& text);

// Returns the first fault of the project's event files, which are named by their paths below the project's
// folder: one that cannot be read, or is no event.
std::optional<Error> fault_of_events(const std::vector<Event>& events, const HostPath& folder);

}  // namespace lbundle
