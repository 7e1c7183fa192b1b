// A Python module is one thing: a source, its bytecode beside it, and its bytecode in __pycache__ are forms
// of it. This file is the only one that says which files belong together.
#pragma once

#include <optional>
#include <vector>

#include "model/bundle_path.hpp"
#include "model/file_set.hpp"

namespace lbundle {

// The source of bytecode in a __pycache__ folder: "PIL/Image.py" for "PIL/__pycache__/Image.cpython-311.pyc".
// Nothing for any other path. The source need not exist.
std::optional<BundlePath> source_of_bytecode(const BundlePath& bytecode);

// The same, also for bytecode in the source's own folder: "PIL/Image.py" for "PIL/Image.pyc".
std::optional<BundlePath> source_of_module(const BundlePath& path);

// All files of `files` that are the same module as `path`, sorted: the source, and bytecode of any
// interpreter. `path` itself is among them only if `files` has it. Only `path`, if it is no Python module or
// is compiled code in another language.
std::vector<BundlePath> forms_of_module(const FileSet& files, const BundlePath& path);

}  // namespace lbundle
