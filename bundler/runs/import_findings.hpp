// What a report says about modules that cannot be imported from a bundle.
#pragma once

#include "runs/kept_imports.hpp"

namespace lbundle {

// `faults` with the reasons for which `decisions` dropped what they lack.
ImportFaults with_reasons(ImportFaults faults, const Decisions& decisions);

// One finding "kept-broken" for all modules that lack the same files: an error, or a warning if a drop of
// the user's explains it.
Findings import_fault_findings(const ImportFaults& faults);

}  // namespace lbundle
