// The events of the new project: sample events that are there, or a skeleton in the form of what starts the
// function.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "init/found.hpp"
#include "staging/own_files.hpp"

namespace lbundle::init {

// What starts a function whose event has these parts; nothing if they do not show it.
std::optional<Trigger> trigger_of_event(const Json& event);
// What starts a function that reads these parts of its event. The form of `reads` is in
// lbundle_scripts/event_reads.py.
std::optional<Trigger> trigger_of_reads(const Json& reads);

// The skeleton's name without an ending: "api-gateway-v1", "direct".
std::string shape_name(Trigger trigger);

// A skeleton of an event: AWS's shape (shapes/*.json) with the route, and with every key that the code cannot
// do without.
Json skeleton_of(const Start& start, const Json& reads);

// The sample events among `files`: those in a folder named events, those named event.json and the like, and
// those of tests that have the form of an event. If `start` is known, only events of that form. Throws Error
// if a file in a folder named events is not JSON.
std::vector<HostPath> sample_events(const OwnFiles& files, std::optional<Trigger> start);

}  // namespace lbundle::init
