// Servers that lbundle itself knows how to start: the stand-in for AWS, and databases of this machine.
#pragma once

#include <map>
#include <string>

#include "cache/store.hpp"
#include "json/json.hpp"
#include "os/digest_of.hpp"
#include "sandbox/plan.hpp"

namespace lbundle {

// True if one of the services is of a known kind.
bool has_known_services(const std::vector<Service>& services);

// Returns `services` with `prepared` and `programs` set. Fetches moto, or makes the template of a database
// with its seed, if `store` does not have it. `python` runs the programs that make templates. Throws Error if
// a server is not installed, if moto cannot be fetched, or if a seed fails.
std::vector<Service> ready_services(std::vector<Service> services, const Interpreter& python,
                                    const Store& store);

// Returns `own`, the function's variables, with those that lead it to the services added: the usual ones of
// each kind unless the function has them, and those that the project file gives the service.
std::map<std::string, std::string> with_service_variables(std::map<std::string, std::string> own,
                                                          const std::vector<Service>& services);

// Returns the object of services.py's specification that describes the service. `number` is its place among
// the services. Files of the run are below `folder`, which exists.
Json specification_of_known(const Service& service, const SandboxPlan& plan, std::size_t number,
                            const HostPath& folder);

// Returns `plan` with what clients need beside variables to find the stand-in for AWS: the address of the
// name server, and the certificate, which the stand-in writes to `folder` when it starts.
SandboxPlan with_surroundings(SandboxPlan plan, const HostPath& folder);

// Adds to the key: what starts the service, and what is in it at the beginning.
void add_known_service(KeyBuilder& key, const Service& service);

}  // namespace lbundle
