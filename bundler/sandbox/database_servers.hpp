// What is known of the database servers that Debian has.
#pragma once

#include <map>
#include <string>

#include "project/project.hpp"

namespace lbundle {

// Returns the server's program on this machine. Throws Error that names the package to install if there is
// none.
HostPath database_server(ServiceKind kind);

// What `environment` of a service may have in braces: host, port, user, password, database, url.
std::map<std::string, std::string> places_of_database(const Service& service);

// The variables that clients of such a database read by themselves or that functions usually have.
std::map<std::string, std::string> usual_variables_of_database(const Service& service);

}  // namespace lbundle
