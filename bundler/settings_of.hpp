// Returns the settings that each stage reads from a project. No stage gets the whole project.
#pragma once

#include "engine/container_choice.hpp"
#include "judge.hpp"
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

}  // namespace lbundle
