// The verdict on one thing that a build needs.
#pragma once

#include <string>
#include <vector>

namespace lbundle {

enum class CheckState { ok, lacking, not_needed };
// "ok", "lacking", "not needed".
const char* to_text(CheckState state);

struct Check {
  std::string group;  // "kernel", "sandbox", "tracer", "python", "nodejs", "containers", "registries",
                      // "disk", "memory", "project"
  std::string name;   // in its group: "python3.13"
  CheckState state = CheckState::ok;
  bool blocks = false;  // true if it is lacking and no build can run without it
  std::string found;    // what is here, in a few words
  std::string cost;     // of a lack: what does not work, in one sentence without a full stop
  std::string remedy;   // of a lack: the one command or setting that mends it
};

using Checks = std::vector<Check>;

// True if nothing that blocks is lacking.
bool can_build(const Checks& checks);

Check ok(std::string group, std::string name, std::string found);
Check not_needed(std::string group, std::string name, std::string found);
Check lacking(std::string group, std::string name, std::string found, std::string cost, std::string remedy);
// The same, and no build can run without it.
Check blocking(std::string group, std::string name, std::string found, std::string cost, std::string remedy);

}  // namespace lbundle
