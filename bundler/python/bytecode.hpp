// Python compiled once, here, instead of at every cold start.
#pragma once

#include <map>
#include <vector>

#include "cache/store.hpp"
#include "model/file_set.hpp"
#include "python/interpreter.hpp"

namespace lbundle {

// Compiles every .py of `sources` (unchecked-hash pyc, co_filename = "/var/task/" + path), from the cache
// where it has it. The result is the same bytes for the same source, path and interpreter version, whatever
// the order, hash seed or number of jobs. A file that does not compile (a template, Python 2) is left out of
// the result. `jobs` processes.
std::map<BundlePath, Content> compile_bytecode(const FileSet& sources, const Interpreter& interpreter,
                                               const Store& store, unsigned jobs);

// "pkg/__pycache__/mod.cpython-311.pyc" for "pkg/mod.py", and back (nothing if it is no such path).
BundlePath cached_bytecode_path(const BundlePath& source, const std::string& cache_tag);
std::optional<BundlePath> source_of_bytecode(const BundlePath& bytecode);

}  // namespace lbundle
