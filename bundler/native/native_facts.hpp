// The native code of a tree: every ELF file read, in parallel, and remembered by content.
#pragma once

#include "cache/store.hpp"
#include "elf/library_graph.hpp"
#include "model/file_set.hpp"

namespace lbundle {

// The regular files that begin as ELF, by path. Python's sources and bytecode are not looked into. Throws
// Error for what cannot be read.
std::vector<BundlePath> native_files(const FileSet& files);

// Facts of every ELF file of `files`. Python's sources and bytecode are not looked into. Throws Error for
// what cannot be read; a file that says it is ELF and is not stands among the malformed.
elf::TreeFacts read_native_facts(const FileSet& files, const Store& store, unsigned jobs);

// The links and the ELF files of `files`: all that the loader can find.
FileSet native_part(const FileSet& files, const elf::TreeFacts& facts);

}  // namespace lbundle
