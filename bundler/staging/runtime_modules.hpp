// Which of the runtime's own packages a Node.js function uses.
#pragma once

#include <map>
#include <set>
#include <string>

#include "model/file_set.hpp"
#include "staging/own_files.hpp"

namespace lbundle {

// Returns the names of packages in the scopes of `preinstalled` ("@aws-sdk") that the text of an own script
// or the package.json of an installed package has, and that are not installed: "@aws-sdk/client-s3". A name
// that is put together at run time is not seen.
std::set<std::string> used_runtime_modules(const OwnFiles& own, const FileSet& files,
                                           const std::map<std::string, std::string>& preinstalled);

}  // namespace lbundle
