// The error for an event that does not end as expected on the unshrunk tree, with the way out of its cause.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "model/bundle.hpp"
#include "model/error.hpp"
#include "sandbox/answer.hpp"
#include "sandbox/plan.hpp"

namespace lbundle {

// Returns how to bring a module of this name, as it is imported, that the staged tree knows nothing of. May
// be empty: then no way is known.
using WayToModule = std::function<std::string(const std::string& module)>;

// Returns the error for `answer`, which is not what `event.expect` says. Its detail has the traceback and the
// end of the log. `traced` says whether the run was to be evidence.
Error event_failed(const Event& event, const Answer& answer, const SandboxPlan& plan, const StagedTree& tree,
                   bool traced, const WayToModule& way_to_module);

// Returns what the user can do about an invocation that failed: one sentence without a full stop. It is
// chosen by the error that the runtime, the language or the C library reported, and names the key of the
// project file that helps.
// Returns nothing if the cause is not one that is known.
std::optional<std::string> known_way_out_of_failure(const Answer& answer, const SandboxPlan& plan,
                                                    const StagedTree& tree, const WayToModule& way_to_module);

}  // namespace lbundle
