// Stores repairs in the cache, so that a second build begins with the repair of the first.
#pragma once

#include <optional>
#include <string>

#include "project/project.hpp"
#include "repair/repair.hpp"

namespace lbundle {

// The settings that a repair depends on.
struct RepairSettings {
  Prune prune;
  Shrink shrink;
  std::vector<Event> events;
};

// The key of everything that a repair depends on. A remembered repair that would not be found again does no
// harm, because the bundle with it is verified like any other.
Digest repair_key(const RepairSettings& settings, const StagedTree& tree, const Evidence& evidence,
                  const SandboxPlan& plan);

std::string to_record(const Repair& repair);
// Nothing if this version's to_record did not write the text.
std::optional<Repair> repair_from_record(std::string_view record);

// The repair that was last stored under `key`, or an empty one.
Repair remembered_repair(const Store& store, const Digest& key);
void remember_repair(const Store& store, const Digest& key, const Repair& repair);

}  // namespace lbundle
