// Compiles Python when the bundle is built, so that not every cold start has to.
#pragma once

#include <map>
#include <vector>

#include "cache/store.hpp"
#include "model/file_set.hpp"
#include "model/module_forms.hpp"
#include "python/interpreter.hpp"

namespace lbundle {

// Compiles every .py of `sources` (unchecked-hash pyc, co_filename = "/var/task/" + path), or takes the
// result from the cache. The same source, path and interpreter version give the same bytes, whatever the
// order, hash seed or number of jobs. A file that does not compile (a template, Python 2) is not in the
// result. `jobs` is the number of processes.
std::map<BundlePath, Content> compile_bytecode(const FileSet& sources, const Interpreter& interpreter,
                                               const Store& store, unsigned jobs);

// "pkg/__pycache__/mod.cpython-311.pyc" for "pkg/mod.py". The inverse is in model/module_forms.hpp.
BundlePath cached_bytecode_path(const BundlePath& source, const std::string& cache_tag);

}  // namespace lbundle
