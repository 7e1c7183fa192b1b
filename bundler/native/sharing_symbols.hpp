// Questions about single symbols that decide whether libraries can share them.
#pragma once

#include <optional>
#include <string>

#include "elf/symbol_lookup.hpp"
#include "native/process_images.hpp"

namespace lbundle {

// "name@version", as a message shows it.
std::string described(const elf::ElfSymbol& symbol);

bool is_cxx(const elf::ElfSymbol& symbol);

// Instances of the standard library's templates, of which every library has its own copy of the same code;
// the loader has always picked any of them.
bool is_common_cxx(const elf::ElfSymbol& symbol);

// Whether it matters not which of several definitions of `wanted` is taken: `taken` of `scope`, or another.
bool is_any_as_good(const elf::ElfSymbol& wanted, const ProcessImages::Scope& scope,
                    const std::optional<elf::Definition>& taken, const elf::SymbolLookup& lookup);

// Most of one library's names are the other's behind a prefix: a packager renamed them so that the two do not
// meet. That prefix, or an empty text.
std::string renaming_prefix(const elf::ElfFacts& replaced, const elf::ElfFacts& replacement,
                            const elf::SymbolLookup& lookup);

}  // namespace lbundle
