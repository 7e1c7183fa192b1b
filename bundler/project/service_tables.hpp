// The tables [[sandbox.service]] of the project file.
#pragma once

#include <string>
#include <vector>

#include "project/project.hpp"
#include "project/toml_document.hpp"

namespace lbundle {

// Returns the services of the table `sandbox`. `network` is that of the sandbox. Mistakes are thrown as
// TomlDocument::error.
std::vector<Service> read_services(const TomlTable& sandbox, const HostPath& folder, Network network);

// Returns what is not compared of what events write to these services, as Event::ignore_written.
std::vector<std::string> ignored_of_services(const TomlTable& sandbox);

}  // namespace lbundle
