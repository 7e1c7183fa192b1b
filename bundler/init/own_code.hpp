// What the function's own code reaches, from the handler on: its modules, packages and data files.
#pragma once

#include <vector>

#include "init/found.hpp"
#include "init/handler_search.hpp"

namespace lbundle::init {

struct OwnCode {
  std::vector<OwnPart> parts;       // the handler's first
  std::vector<Text> outside;        // names of imports that are neither own nor the language's: "requests"
  std::vector<Text> services;       // services of AWS that clients are made for
  std::vector<Variable> variables;  // that the code reads
  std::vector<Text> mounts;         // constants below /mnt
  std::vector<std::string> notes;
};

// Follows the imports of the handler's module through the folder `handler.code`. A package comes whole,
// because its modules may be loaded by computed names; the build leaves out what no code can come to. Reasons
// name files relative to `folder`.
OwnCode own_code(const Handler& handler, const HostPath& folder, const OwnFiles& files, CodeReader& reader);

}  // namespace lbundle::init
