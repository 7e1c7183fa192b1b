// Judges the programs of a zip that Lambda itself starts.
#pragma once

#include "model/finding.hpp"
#include "package/package_use.hpp"

namespace lbundle {

// Judges `bootstrap`, which provided runtimes start, and the programs in a layer's extensions/. Would Lambda
// find the program, may it run it, and does the kernel know how: is it for Linux, or does it name an
// interpreter that is there? The codes begin with bootstrap- and extension-. Programs of Linux are judged
// further by abi/abi.hpp. Without a runtime nothing is an error, because only provided ones start
// `bootstrap`.
Findings judge_start_programs(const PackageFiles& package, const PackageUse& use);

}  // namespace lbundle
