// Judges whether the runtime would find the module that the Handler setting names.
#pragma once

#include "model/finding.hpp"
#include "package/package_use.hpp"

namespace lbundle {

// Judges `use.handler` as the runtime of `use` reads it. An error of the code
//   handler-malformed   if it is not MODULE.FUNCTION,
//   handler-missing     if no file of the zip or of the known layers is its module; the hint names the file
//                       that was probably meant,
//   handler-syntax      if Node.js would read its module as CommonJS although it is an ES module, or the
//   other
//                       way round.
// handler-function if the module's text never mentions the function. A layer is searched in the folders that
// the runtime searches. Returns nothing for provided runtimes, which leave the setting to the program, and
// nothing without a runtime.
Findings judge_handler(const PackageFiles& package, const PackageUse& use);

}  // namespace lbundle
