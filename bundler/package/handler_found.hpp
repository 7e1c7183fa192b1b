// Judges whether the runtime would find the module that the Handler setting names.
#pragma once

#include "model/finding.hpp"
#include "package/package_use.hpp"

namespace lbundle {

// Judges `use.handler` as the runtime of `use` reads it. The errors are handler-malformed if it is not
// MODULE.FUNCTION, and handler-missing if no file of the zip or of the known layers is its module; the hint
// names the file that was probably meant. What the module's text shows is in handler_text.hpp. A layer is
// searched in the folders that the runtime searches. Returns nothing for provided runtimes, which leave the
// setting to the program, and nothing without a runtime. If the setting is not known, only handler-syntax of
// index.js is judged, as a warning.
Findings judge_handler(const PackageFiles& package, const PackageUse& use);

}  // namespace lbundle
