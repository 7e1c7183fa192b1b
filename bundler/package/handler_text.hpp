// What the text of a handler's module shows.
#pragma once

#include <string>
#include <string_view>

#include "model/finding.hpp"
#include "package/package_files.hpp"
#include "project/runtime.hpp"

namespace lbundle {

// True if the text has the word, and not only as a part of a longer one.
bool mentions_word(std::string_view text, std::string_view word);

// The finding handler-function if the text of a Python source never mentions the function, and cannot get it
// in another way: a star import, globals(), setattr, exec or __getattr__. Nothing for bytecode and native
// modules.
Findings judge_python_text(const BundlePath& path, const std::string& text, const std::string& function);

// The error handler-syntax if the ending of a script and package.json make Node.js read it as the wrong kind
// of module.
Findings judge_node_syntax(const BundlePath& path, const std::string& text, const PackageFiles& package,
                           const Runtime& runtime);

// judge_node_syntax, and handler-function as for Python, but as a warning, because a module may export what
// another one defines.
Findings judge_node_text(const BundlePath& path, const std::string& text, const std::string& function,
                         const PackageFiles& package, const Runtime& runtime);

}  // namespace lbundle
