// Properties of single symbols that decide whether libraries can share them.
#pragma once

#include <optional>
#include <string>

#include "elf/symbol_lookup.hpp"
#include "native/process_images.hpp"

namespace lbundle {

// "name@version", as a message shows it.
std::string described(const elf::ElfSymbol& symbol);

bool is_cxx(const elf::ElfSymbol& symbol);

// True for instances of the standard library's templates. Every library has its own copy of the same code,
// and the loader has always taken any of them.
bool is_common_cxx(const elf::ElfSymbol& symbol);

// True if it does not matter which definition of `wanted` the loader takes. `taken` is the definition in
// `scope` that it takes now.
bool is_any_as_good(const elf::ElfSymbol& wanted, const ProcessImages::Scope& scope,
                    const std::optional<elf::Definition>& taken, const elf::SymbolLookup& lookup);

// Returns the prefix under which most names of `replaced` exist in `replacement` without it, or an empty
// text. A packager adds such a prefix so that the names of two copies do not clash.
std::string renaming_prefix(const elf::ElfFacts& replaced, const elf::ElfFacts& replacement,
                            const elf::SymbolLookup& lookup);

}  // namespace lbundle
