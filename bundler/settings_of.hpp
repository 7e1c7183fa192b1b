// Returns the settings that each stage reads from a project. No stage gets the whole project.
#pragma once

#include "engine/container_choice.hpp"
#include "judge.hpp"
#include "preflight/facts.hpp"
#include "project/project.hpp"
#include "repair/repair_record.hpp"
#include "runs/collect_evidence.hpp"
#include "shrink.hpp"
#include "staging/stage.hpp"
#include "staging/workspace.hpp"

namespace lbundle {

// `layers` are the project's, unpacked (staging/workspace.hpp).
BackendRequest backend_request(const Project& project, bool with_events);
StagingInputs staging_inputs(const Project& project, const std::vector<HostPath>& layers);
EventSettings event_settings(const Project& project, const std::vector<HostPath>& layers);
EvidenceSettings evidence_settings(const Project& project, EvidenceSource source, unsigned jobs);
ShrinkSettings shrink_settings(const Project& project, const Interpreter& interpreter);
RepairSettings repair_settings(const Project& project);
JudgeSettings judge_settings(const Project& project, const std::vector<HostPath>& layers);

// True if the project file names all layers of the function, and not only the size of some.
bool has_all_layers(const Project& project);

// What `lbundle doctor` must know of a project. `runs_events`: this machine can run the function's
// architecture. `is_staged`: nothing must be fetched for the requirements.
Needs needs_of(const Project& project, bool runs_events, bool is_staged);

}  // namespace lbundle
