// Why Lambda finds no `bootstrap` in a zip.
#pragma once

#include "model/finding.hpp"
#include "package/package_use.hpp"

namespace lbundle {

// How to build a program that provided runtimes can start; for hints.
inline constexpr const char* build_hint =
    "build it for Linux and the function's processor: in Go `GOOS=linux GOARCH=amd64 (or arm64) go build -o "
    "bootstrap`, in Rust `cargo lambda build`";

// The finding bootstrap-missing for a zip without the file `bootstrap`. It names the file that was meant, if
// there is one: in another case, with an ending, in a folder, or a program with another name. A warning if
// there is none and a layer that is not known may bring the file.
Findings judge_missing_bootstrap(const PackageFiles& package, const PackageUse& use);

}  // namespace lbundle
