// What a user can do so that this machine permits a sandbox.
#pragma once

#include <string>
#include <string_view>

namespace lbundle {

// True if this process runs in a container: docker's, podman's, or one of a service that uses them.
bool is_in_container();

// Returns a hint. `complaint` is what bubblewrap said. In a container it names the flag with which the
// container must be started; elsewhere the setting of the system. It ends with the option that runs events
// without a sandbox.
std::string way_to_a_sandbox(std::string_view complaint);

// Returns the flag of container engines that lets a container mount another /proc.
const char* flag_for_proc();

}  // namespace lbundle
