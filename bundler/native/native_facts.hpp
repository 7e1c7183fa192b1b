// The facts of a tree's native code: every ELF file is read, in parallel, and its facts are cached by
// content.
#pragma once

#include "cache/store.hpp"
#include "elf/library_graph.hpp"
#include "model/file_set.hpp"

namespace lbundle {

// True if the file begins as ELF. Throws Error if it cannot be read.
bool begins_as_elf(const Content& content);

// Returns the paths of the regular files that begin as ELF. Python sources and bytecode are not read. Throws
// Error for a file that cannot be read.
std::vector<BundlePath> native_files(const FileSet& files);

// Returns the facts of every ELF file in `files`. Python sources and bytecode are not read. A file that
// begins as ELF but is not valid is listed in `malformed`. Throws Error for a file that cannot be read.
elf::TreeFacts read_native_facts(const FileSet& files, const Store& store, unsigned jobs);

// The links and the ELF files of `files`: all that the loader can find.
FileSet native_part(const FileSet& files, const elf::TreeFacts& facts);

}  // namespace lbundle
