// What to tell a user whose handler is not there.
#pragma once

#include <string>
#include <vector>

#include "model/error.hpp"
#include "package/handler_module.hpp"
#include "project/project.hpp"
#include "staging/own_files.hpp"

namespace lbundle {

// The handler's setting has not the form MODULE.FUNCTION.
Error malformed_handler(const Function& function, const std::string& project_file);

// No file of the function's own is the module. The hint names the file that was probably meant: one of a
// similar name, one in another folder, one that `source` leaves out.
Error missing_module_of_handler(const Function& function, const HandlerName& name, const ModuleSearch& search,
                                const OwnFiles& own, const std::string& project_file);

// The hint for a function that its module does not define. `functions` are those that it defines.
std::string hint_for_function(const std::string& handler, const std::string& function,
                              const std::vector<std::string>& functions, const std::string& project_file);

}  // namespace lbundle
