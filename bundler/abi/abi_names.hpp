// What file names say about native code: for which Python and which system it is made.
#pragma once

#include <optional>
#include <string>

#include "model/file_set.hpp"
#include "project/project.hpp"

namespace lbundle {

// True for a name that loaders look for: libfoo.so.1, module.so, addon.node.
bool is_library_name(std::string_view name);

// The part between a module's name and its extension: "cpython-312-x86_64-linux-gnu", "abi3"; empty for plain
// ".so". Nothing if `name` does not end in ".so".
std::optional<std::string_view> module_tag(std::string_view name);

// The tag with which the runtime's Python looks for its own modules: "cpython-311-x86_64-linux-gnu".
// Source: PEP 3149; SOABI of AWS's builds.
std::string expected_module_tag(const Runtime& runtime, Architecture architecture);

// True if `tag` names a Python or a platform other than the `expected` one.
bool is_tag_of_another(std::string_view tag, const std::string& expected);

// True if `files` has another file that Python accepts for the module of `path`: source, bytecode, a package,
// or a module whose name fits. Files in `unfit` do not count.
bool has_other_form(const FileSet& files, const BundlePath& path, const std::string& expected,
                    const std::set<BundlePath>& unfit);

}  // namespace lbundle
