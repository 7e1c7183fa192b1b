// What was repaired, for the cache: a second build begins with it.
#pragma once

#include <optional>
#include <string>

#include "project/project.hpp"
#include "repair/repair.hpp"

namespace lbundle {

// Of all that a repair follows from. One that was remembered and would not be found again does no harm: what
// it makes is verified like anything else.
Digest repair_key(const Project& project, const StagedTree& tree, const Evidence& evidence,
                  const SandboxPlan& plan);

std::string to_record(const Repair& repair);
// Nothing for a text that to_record of this version did not write.
std::optional<Repair> repair_from_record(std::string_view record);

// The repair that was last stored under `key`; an empty one where there is none.
Repair remembered_repair(const Store& store, const Digest& key);
void remember_repair(const Store& store, const Digest& key, const Repair& repair);

}  // namespace lbundle
