// What names and first bytes say of native code: for which Python, for which system.
#pragma once

#include <optional>
#include <string>

#include "model/file_set.hpp"
#include "project/project.hpp"

namespace lbundle {

// A name that loaders look for: libfoo.so.1, module.so, addon.node.
bool is_library_name(std::string_view name);

// The part between a module's name and its ending: "cpython-312-x86_64-linux-gnu", "abi3", empty for
// plain ".so". Nothing where `name` does not end in ".so".
std::optional<std::string_view> module_tag(std::string_view name);

// The tag under which the runtime's Python looks for its own modules: "cpython-311-x86_64-linux-gnu".
// Source: PEP 3149; SOABI of AWS's builds.
std::string expected_module_tag(const Runtime& runtime, Architecture architecture);

// True where `tag` names a Python or a platform, and not this one.
bool is_tag_of_another(std::string_view tag, const std::string& expected);

// Another file of `files` that Python takes for the module of `path`: source, bytecode, a package, or a
// module whose name fits. Of those in `unfit` none counts.
bool has_other_form(const FileSet& files, const BundlePath& path, const std::string& expected,
                    const std::set<BundlePath>& unfit);

}  // namespace lbundle
